import { secretRefusal } from '@mooring/contract';
import { ChevronRight } from 'lucide-react';
import { Field } from '@/components/ui/field.tsx';
import { Input, Select } from '@/components/ui/input.tsx';
import { type Grants, renditionPrefixProblem } from '../setup-request.ts';

const NARROWINGS: Record<Grants['narrowing'], { label: string; hint: string }> = {
  container: {
    label: 'Built-in roles on the container',
    hint: 'Reader on the container, and Delegator on the account, which only makes keys to sign URLs with.',
  },
  abac: {
    label: 'One role with a condition',
    hint: 'Reader on the account, with a condition that names the container and the prefix. The narrowest where a prefix is set.',
  },
  'custom-role': {
    label: 'A role of its own',
    hint: 'A custom role that holds nothing but what Mooring uses. Takes the right to make roles.',
  },
};

/** How narrowly the commands grant, and whether Mooring may write. Folded away: what is preset will do for most. */
export function GrantsFields({ value, onChange }: { value: Grants; onChange: (value: Grants) => void }) {
  const { narrowing, renditionPrefix } = value;
  const problem = secretRefusal(renditionPrefix)?.message ?? renditionPrefixProblem(renditionPrefix);
  return (
    <details className="group" open={problem !== null || undefined}>
      <summary className="flex items-center gap-1 text-sm text-muted hover:text-ink">
        <ChevronRight aria-hidden className="size-4 group-open:rotate-90" />
        Narrower roles, and writing renditions
      </summary>
      <div className="grid gap-4 pt-3 pl-5">
        <Field label="What is granted" hint={NARROWINGS[narrowing].hint}>
          {props => (
            <Select
              {...props}
              value={narrowing}
              onChange={event => onChange({ ...value, narrowing: event.target.value as Grants['narrowing'] })}
            >
              {Object.entries(NARROWINGS).map(([id, { label }]) => (
                <option key={id} value={id}>
                  {label}
                </option>
              ))}
            </Select>
          )}
        </Field>
        <Field
          label="Write renditions below"
          optional
          hint="Thumbnails and re-encoded videos are kept in your own storage, below this prefix and nowhere else. Empty: Mooring writes nothing."
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
