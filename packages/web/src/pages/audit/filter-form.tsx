import { AUDIT_ACTIONS, type AuditAction } from '@mooring/contract';
import { getRouteApi, useNavigate } from '@tanstack/react-router';
import { type FormEvent, useState } from 'react';
import { Button } from '@/components/ui/button.tsx';
import { Field } from '@/components/ui/field.tsx';
import { Input, Select } from '@/components/ui/input.tsx';
import { type AuditSearch, readAuditSearch } from './search.ts';
import { ACTION_WORDS } from './words.ts';

const route = getRouteApi('/shell/audit');

/** Chooses entries by time, action, caller and asset. The address has the choice. */
export function FilterForm() {
  const search = route.useSearch();
  return <Form key={JSON.stringify(search)} search={search} />;
}

function Form({ search }: { search: AuditSearch }) {
  const [caller, setCaller] = useState(search.caller ?? '');
  const [asset, setAsset] = useState(search.asset ?? '');
  const navigate = useNavigate({ from: '/audit' });
  const change = (changes: Partial<Record<keyof AuditSearch, string>>) =>
    void navigate({ search: readAuditSearch({ ...search, caller, asset, ...changes }), replace: true });
  const unread = readAuditSearch({ caller, asset });
  const submit = (event: FormEvent) => {
    event.preventDefault();
    change({});
  };
  return (
    <form
      onSubmit={submit}
      className="grid grid-cols-[repeat(auto-fill,minmax(10rem,1fr))] items-start gap-x-4 gap-y-2"
      aria-label="Filter"
    >
      <Field label="From">
        {props => (
          <Input
            {...props}
            type="date"
            value={search.from ?? ''}
            onChange={event => change({ from: event.target.value })}
          />
        )}
      </Field>
      <Field label="To">
        {props => (
          <Input
            {...props}
            type="date"
            value={search.to ?? ''}
            onChange={event => change({ to: event.target.value })}
          />
        )}
      </Field>
      <Field label="What">
        {props => (
          <Select
            {...props}
            value={search.action ?? ''}
            onChange={event => change({ action: event.target.value })}
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
      <Field label="Caller" error={caller.trim() !== '' && !unread.caller && 'Expected mem_… or tok_….'}>
        {props => (
          <Input
            {...props}
            value={caller}
            placeholder="mem_… or tok_…"
            onChange={event => setCaller(event.target.value)}
            onBlur={() => change({})}
          />
        )}
      </Field>
      <Field label="Asset" error={asset.trim() !== '' && !unread.asset && 'Expected ast_….'}>
        {props => (
          <Input
            {...props}
            value={asset}
            placeholder="ast_…"
            onChange={event => setAsset(event.target.value)}
            onBlur={() => change({})}
          />
        )}
      </Field>
      <Button type="submit" className="h-9 self-start max-sm:h-11 sm:mt-6.5">
        Filter
      </Button>
    </form>
  );
}
