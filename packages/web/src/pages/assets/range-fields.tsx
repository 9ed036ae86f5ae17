import { Input } from '@/components/ui/input.tsx';
import { useKept } from '@/components/ui/use-kept.ts';
import type { Range } from './filter-words.ts';
import type { AssetSelection, SearchChanges } from './search.ts';

interface Props {
  selection: AssetSelection;
  onChange: (changes: SearchChanges) => void;
}

/** Between two numbers, either of which may be left open. */
export function RangeFields({ range, selection, onChange }: Props & { range: Range }) {
  const { title, least, most, unit, unitWords } = range;
  const field = (name: Range['least'], label: string) => (
    <KeptInput
      type="number"
      label={`${title}, ${label} (${unitWords})`}
      placeholder={label}
      value={selection[name] === undefined ? '' : String(Number((Number(selection[name]) / unit).toFixed(3)))}
      onKeep={text =>
        onChange({ [name]: text === '' ? undefined : inAddress(Number(text) * unit, unitWords) })
      }
    />
  );
  return (
    <fieldset>
      <legend className="pb-1 text-sm font-medium">
        {title} <span className="font-normal text-muted">in {unitWords}</span>
      </legend>
      <div className="grid grid-cols-2 gap-2">
        {field(least, 'at least')}
        {field(most, 'at most')}
      </div>
    </fieldset>
  );
}

/** Only a duration has parts of its unit, to the microsecond. */
const inAddress = (value: number, unitWords: string): string =>
  String(Math.max(0, unitWords === 'seconds' ? Number(value.toFixed(6)) : Math.round(value)));

/** Between two days. */
export const DayFields = ({ selection, onChange }: Props) => (
  <fieldset>
    <legend className="pb-1 text-sm font-medium">Modified</legend>
    <div className="grid grid-cols-[auto_1fr] items-center gap-2 text-sm text-muted">
      From
      <KeptInput
        type="date"
        label="Modified from"
        value={selection.modifiedFrom ?? ''}
        onKeep={day => onChange({ modifiedFrom: day || undefined })}
      />
      Before
      <KeptInput
        type="date"
        label="Modified before"
        value={selection.modifiedBefore ?? ''}
        onKeep={day => onChange({ modifiedBefore: day || undefined })}
      />
    </div>
  </fieldset>
);

/** By what an owner says of assets. */
export const MetadataField = ({ selection, onChange }: Props) => (
  <fieldset>
    <legend className="pb-1 text-sm font-medium">
      Client metadata <span className="font-normal text-muted">as key=value</span>
    </legend>
    <KeptInput
      type="text"
      label="Client metadata, as key=value"
      placeholder="patient=p-0042"
      value={selection.metadata ?? ''}
      onKeep={text => onChange({ metadata: text.replace(/^=.*/s, '').slice(0, 200) || undefined })}
    />
  </fieldset>
);

function KeptInput({
  type,
  label,
  placeholder,
  value,
  onKeep,
}: {
  type: 'number' | 'date' | 'text';
  label: string;
  placeholder?: string;
  value: string;
  onKeep: (value: string) => void;
}) {
  const kept = useKept(value, onKeep);
  return (
    <Input
      type={type}
      aria-label={label}
      placeholder={placeholder}
      min={type === 'number' ? 0 : undefined}
      step={type === 'number' ? 'any' : undefined}
      className="h-8"
      {...kept}
    />
  );
}
