import type { StorageKind } from '@mooring/storage';
import { ChevronRight } from 'lucide-react';
import { Field } from '@/components/ui/field.tsx';
import { Input, Select } from '@/components/ui/input.tsx';
import { secretIn } from '@/storage-kind.ts';
import { type Grants, renditionPrefixProblem } from '../setup-request.ts';

/** How narrowly the commands grant, and whether Mooring may write. Folded away: what is preset will do for most. */
export function GrantsFields({
  kind,
  value,
  onChange,
}: {
  kind: StorageKind;
  value: Grants;
  onChange: (value: Grants) => void;
}) {
  const { renditionPrefix } = value;
  const { narrowings } = kind.setup;
  const narrowing = narrowings.find(({ id }) => id === value.narrowing) ?? narrowings[0];
  const problem = secretIn(renditionPrefix)?.message ?? renditionPrefixProblem(renditionPrefix);
  return (
    <details className="group" open={problem !== null || undefined}>
      <summary className="flex items-center gap-1 text-sm text-muted hover:text-ink">
        <ChevronRight aria-hidden className="size-4 group-open:rotate-90" />
        Narrower roles, and writing renditions
      </summary>
      <div className="grid gap-4 pt-3 pl-5">
        {narrowing && (
          <Field label="What is granted" hint={narrowing.hint}>
            {props => (
              <Select
                {...props}
                value={narrowing.id}
                onChange={event => onChange({ ...value, narrowing: event.target.value })}
              >
                {narrowings.map(({ id, label }) => (
                  <option key={id} value={id}>
                    {label}
                  </option>
                ))}
              </Select>
            )}
          </Field>
        )}
        <Field
          label="Write renditions below"
          optional
          hint="Mooring keeps thumbnails and re-encoded videos in your own storage, only below this prefix. Empty: Mooring writes nothing."
          error={problem}
        >
          {props => (
            <Input
              {...props}
              value={renditionPrefix}
              maxLength={512}
              placeholder="mooring/"
              onChange={event => onChange({ ...value, renditionPrefix: event.target.value })}
            />
          )}
        </Field>
      </div>
    </details>
  );
}
