import { AUDIT_ACTIONS, type AuditAction } from '@mooring/contract';
import { getRouteApi, useNavigate } from '@tanstack/react-router';
import { Button } from '@/components/ui/button.tsx';
import { Field } from '@/components/ui/field.tsx';
import { Input, Select } from '@/components/ui/input.tsx';
import { useKept } from '@/components/ui/use-kept.ts';
import { readAuditSearch } from './search.ts';
import { ACTION_WORDS } from './words.ts';

const route = getRouteApi('/shell/audit');

/** Chooses entries by time, action, caller and asset. The address has the choice. */
export function FilterForm() {
  const search = route.useSearch();
  const navigate = useNavigate({ from: '/audit' });
  const change = (name: string, text: string) =>
    void navigate({ search: readAuditSearch({ ...search, [name]: text }), replace: true });
  const textField = (name: 'from' | 'to' | 'caller' | 'asset', label: string, shape?: string) => (
    <TextField
      name={name}
      label={label}
      shape={shape}
      value={search[name] ?? ''}
      onKeep={text => change(name, text)}
    />
  );
  return (
    <form
      onSubmit={event => event.preventDefault()}
      className="grid grid-cols-[repeat(auto-fill,minmax(10rem,1fr))] items-start gap-x-4 gap-y-2"
      aria-label="Filter"
    >
      {textField('from', 'From')}
      {textField('to', 'To')}
      <Field label="What">
        {props => (
          <Select
            {...props}
            value={search.action ?? ''}
            onChange={event => change('action', event.target.value)}
          >
            <option value="">Anything</option>
            {AUDIT_ACTIONS.map((action: AuditAction) => (
              <option key={action} value={action}>
                {ACTION_WORDS[action]}
              </option>
            ))}
          </Select>
        )}
      </Field>
      {textField('caller', 'Caller', 'mem_… or tok_…')}
      {textField('asset', 'Asset', 'ast_…')}
      {/* A press of it leaves the field that is written in. */}
      <Button type="submit" className="h-9 self-start max-sm:h-11 sm:mt-6.5">
        Filter
      </Button>
    </form>
  );
}

interface TextFieldProps {
  name: string;
  label: string;
  /** How ids look; undefined: it is a day. */
  shape: string | undefined;
  value: string;
  onKeep: (text: string) => void;
}

function TextField({ name, label, shape, value, onKeep }: TextFieldProps) {
  const kept = useKept(value, onKeep);
  const isOdd = kept.value.trim() !== '' && !(name in readAuditSearch({ [name]: kept.value }));
  return (
    <Field label={label} error={shape && isOdd && `Expected ${shape}.`}>
      {props => <Input {...props} type={shape ? 'text' : 'date'} placeholder={shape} {...kept} />}
    </Field>
  );
}
