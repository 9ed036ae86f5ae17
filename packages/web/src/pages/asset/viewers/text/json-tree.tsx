import { useState } from 'react';
import { Button } from '@/components/ui/button.tsx';
import { formatUnits } from '@/format/numbers.ts';

/** Entries that are drawn at once; one asks for more. */
const STEP = 200;
/** Longer texts are cut. */
const MOST_CHARS = 2000;

/** A value of JSON. Objects and lists open on demand, so that only what is looked at is drawn. */
export function JsonTree({
  name,
  value,
  isOpen = false,
}: {
  name?: string;
  value: unknown;
  isOpen?: boolean;
}) {
  if (typeof value !== 'object' || value === null) {
    return (
      <div className="pl-5 whitespace-pre-wrap break-words">
        <Name name={name} />
        <Scalar value={value} />
      </div>
    );
  }
  return <Branch name={name} value={value} isOpen={isOpen} />;
}

function Branch({ name, value, isOpen }: { name: string | undefined; value: object; isOpen: boolean }) {
  const [isShown, setIsShown] = useState(isOpen);
  const [most, setMost] = useState(STEP);
  const isList = Array.isArray(value);
  // Of a list of millions the places are not written down as texts.
  const keys = isList ? null : Object.keys(value);
  const size = isList ? value.length : keys!.length;
  const shown = keys?.slice(0, most) ?? Array.from({ length: Math.min(size, most) }, (_, at) => String(at));
  return (
    <details open={isShown} onToggle={({ currentTarget }) => setIsShown(currentTarget.open)}>
      <summary className="rounded-sm outline-offset-[-2px] hover:bg-hover">
        <Name name={name} />
        <span className="text-muted">
          {isList ? `[…] ${formatUnits(size, 'item')}` : `{…} ${formatUnits(size, 'key')}`}
        </span>
      </summary>
      {isShown && (
        <div className="ml-1.5 border-l pl-3">
          {shown.map(key => (
            <JsonTree key={key} name={key} value={(value as Record<string, unknown>)[key]} />
          ))}
          {size > most && (
            <Button size="sm" className="my-1 ml-5" onClick={() => setMost(most + STEP)}>
              {formatUnits(size - most, 'more item')}
            </Button>
          )}
        </div>
      )}
    </details>
  );
}

const Name = ({ name }: { name: string | undefined }) =>
  name !== undefined && <span className="text-accent">{name}: </span>;

function Scalar({ value }: { value: unknown }) {
  const text = JSON.stringify(value);
  const shown = text.length > MOST_CHARS ? `${text.slice(0, MOST_CHARS)}…` : text;
  return <span className={typeof value === 'string' ? 'text-good' : 'text-warn'}>{shown}</span>;
}
