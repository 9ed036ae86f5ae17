import { SCOPES, type Scope, type TokenCreated } from '@mooring/contract';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import { client } from '@/api/client.ts';
import { tokensQuery } from '@/api/queries.ts';
import { ProblemView } from '@/components/problem.tsx';
import { ShownOnce } from '@/components/shown-once.tsx';
import { Button } from '@/components/ui/button.tsx';
import { Dialog, DialogActions, DialogClose } from '@/components/ui/dialog.tsx';
import { Field } from '@/components/ui/field.tsx';
import { Input, Select } from '@/components/ui/input.tsx';
import { SCOPE_WORDS } from './words.ts';

const DAY_SECONDS = 86_400;
const LIVES = [
  [7, '7 days'],
  [30, '30 days'],
  [90, '90 days'],
  [365, 'A year'],
] as const;

export function CreateTokenDialog({
  open,
  onOpenChange,
}: {
  open: boolean;
  onOpenChange: (open: boolean) => void;
}) {
  const [created, setCreated] = useState<TokenCreated | null>(null);
  const close = (isOpen: boolean) => {
    onOpenChange(isOpen);
    if (!isOpen) setCreated(null);
  };
  return (
    <Dialog open={open} onOpenChange={close} title={created ? `Token “${created.name}”` : 'Create a token'}>
      {created ? <Created token={created} /> : <CreateForm onCreated={setCreated} />}
    </Dialog>
  );
}

function CreateForm({ onCreated }: { onCreated: (token: TokenCreated) => void }) {
  const [name, setName] = useState('');
  const [scope, setScope] = useState<Scope>('read');
  const [days, setDays] = useState(90);
  const queryClient = useQueryClient();
  const create = useMutation({
    mutationFn: () =>
      client.call('createToken', {
        body: { name: name.trim(), scope, expiresInSeconds: days * DAY_SECONDS },
      }),
    onSuccess: token => {
      onCreated(token);
      return queryClient.invalidateQueries({ queryKey: tokensQuery.queryKey });
    },
  });
  return (
    <form
      className="grid gap-4"
      onSubmit={event => {
        event.preventDefault();
        create.mutate();
      }}
    >
      <Field label="Name" hint="What uses it, such as “training machine”.">
        {props => (
          <Input {...props} value={name} maxLength={120} onChange={event => setName(event.target.value)} />
        )}
      </Field>
      <Field label="Scope">
        {props => (
          <Select {...props} value={scope} onChange={event => setScope(event.target.value as Scope)}>
            {SCOPES.map(known => (
              <option key={known} value={known}>
                {SCOPE_WORDS[known]}
              </option>
            ))}
          </Select>
        )}
      </Field>
      <Field label="Expires after">
        {props => (
          <Select {...props} value={days} onChange={event => setDays(Number(event.target.value))}>
            {LIVES.map(([count, words]) => (
              <option key={count} value={count}>
                {words}
              </option>
            ))}
          </Select>
        )}
      </Field>
      {create.error && <ProblemView error={create.error} />}
      <DialogActions>
        <DialogClose render={<Button />}>Cancel</DialogClose>
        <Button type="submit" variant="primary" disabled={name.trim() === '' || create.isPending}>
          Create token
        </Button>
      </DialogActions>
    </form>
  );
}

function Created({ token }: { token: TokenCreated }) {
  return (
    <div className="grid gap-4">
      <p>Copy it now: only a hash of it is stored, so it cannot be shown again.</p>
      <ShownOnce secret={token.secret} what="token" />
      <DialogActions>
        <DialogClose render={<Button variant="primary" />}>Done</DialogClose>
      </DialogActions>
    </div>
  );
}
