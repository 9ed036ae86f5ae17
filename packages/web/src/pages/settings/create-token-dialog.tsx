import type { Role, TokenCreated, TokenKind, TokenScope } from '@mooring/contract';
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import { client } from '@/api/client.ts';
import { connectionHealthQuery, identityQuery, tokensQuery } from '@/api/queries.ts';
import { LifeField } from '@/components/life-field.tsx';
import { ProblemView } from '@/components/problem.tsx';
import { ShownOnce } from '@/components/shown-once.tsx';
import { Button } from '@/components/ui/button.tsx';
import { Dialog, DialogActions, DialogClose } from '@/components/ui/dialog.tsx';
import { Field } from '@/components/ui/field.tsx';
import { Input, Select } from '@/components/ui/input.tsx';
import { RoleSelect } from '@/pages/people/role-select.tsx';
import { roleHint } from '@/pages/people/words.ts';

const DAY_SECONDS = 86_400;
const LIVES = [
  [7, '7 days'],
  [30, '30 days'],
  [90, '90 days'],
  [365, 'A year'],
] as const;

export function CreateTokenDialog({
  isOwn,
  open,
  onOpenChange,
}: {
  /** A person may make only personal ones. */
  isOwn: boolean;
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
      {created ? <Created token={created} /> : <CreateForm isOwn={isOwn} onCreated={setCreated} />}
    </Dialog>
  );
}

function CreateForm({ isOwn, onCreated }: { isOwn: boolean; onCreated: (token: TokenCreated) => void }) {
  const { data: identity } = useQuery(identityQuery);
  const [name, setName] = useState('');
  const [role, setRole] = useState<Role>('viewer');
  const [readOnly, setReadOnly] = useState(false);
  const [kind, setKind] = useState<TokenKind>('personal');
  const [scope, setScope] = useState<TokenScope | null>(null);
  const [days, setDays] = useState(90);
  const queryClient = useQueryClient();
  const create = useMutation({
    mutationFn: () => {
      const body = { name: name.trim(), role, readOnly, scope, expiresInSeconds: days * DAY_SECONDS };
      if (isOwn) return client.call('createOwnToken', { body });
      return client.call('createToken', { body: { ...body, kind } });
    },
    onSuccess: token => {
      onCreated(token);
      return queryClient.invalidateQueries({ queryKey: tokensQuery(isOwn).queryKey });
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
      {!isOwn && (
        <Field label="Whose it is">
          {props => (
            <Select {...props} value={kind} onChange={event => setKind(event.target.value as TokenKind)}>
              <option value="personal">Yours: it ends when you leave</option>
              <option value="service">The workspace’s: it stays when you leave</option>
            </Select>
          )}
        </Field>
      )}
      <Field label="Role" hint={roleHint(role)}>
        {props => <RoleSelect {...props} most={identity?.role} value={role} onChange={setRole} />}
      </Field>
      <label className="flex items-center gap-2">
        <input
          type="checkbox"
          checked={readOnly}
          onChange={event => setReadOnly(event.target.checked)}
          className="size-4 accent-accent"
        />
        It only reads: it changes nothing
      </label>
      <ScopeField value={scope} onChange={setScope} />
      <LifeField label="Expires after" lives={LIVES} days={days} onChange={setDays} />
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

/** Which part of the data the token opens: all, or one connection. */
function ScopeField({
  value,
  onChange,
}: {
  value: TokenScope | null;
  onChange: (scope: TokenScope | null) => void;
}) {
  const { data: connections = [] } = useQuery(connectionHealthQuery);
  if (connections.length === 0) return null;
  return (
    <Field
      label="Opens"
      hint={value ? 'It finds and opens these assets, and does nothing else.' : 'All that its role allows.'}
    >
      {props => (
        <Select
          {...props}
          value={value?.kind === 'connection' ? value.connectionId : ''}
          onChange={({ target }) =>
            onChange(target.value === '' ? null : { kind: 'connection', connectionId: target.value })
          }
        >
          <option value="">Everything</option>
          {connections.map(({ id, name }) => (
            <option key={id} value={id}>
              Assets of {name}
            </option>
          ))}
        </Select>
      )}
    </Field>
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
