import type { InvitationCreated, Role } from '@mooring/contract';
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { Mail } from 'lucide-react';
import { useState } from 'react';
import { client } from '@/api/client.ts';
import { identityQuery, invitationsQuery } from '@/api/queries.ts';
import { LifeField } from '@/components/life-field.tsx';
import { ProblemView } from '@/components/problem.tsx';
import { ShownOnce } from '@/components/shown-once.tsx';
import { Time } from '@/components/time.tsx';
import { Button, buttonStyle } from '@/components/ui/button.tsx';
import { Dialog, DialogActions, DialogClose } from '@/components/ui/dialog.tsx';
import { Field } from '@/components/ui/field.tsx';
import { Input } from '@/components/ui/input.tsx';
import { RoleSelect } from './role-select.tsx';
import { inviteMail, roleHint } from './words.ts';

const DAY_SECONDS = 86_400;
const LIVES = [
  [1, 'A day'],
  [7, '7 days'],
  [30, '30 days'],
] as const;

/** Asks whom to invite, then shows the link once. */
export function InviteDialog({
  open,
  onOpenChange,
}: {
  open: boolean;
  onOpenChange: (open: boolean) => void;
}) {
  const [created, setCreated] = useState<InvitationCreated | null>(null);
  const close = (isOpen: boolean) => {
    onOpenChange(isOpen);
    if (!isOpen) setCreated(null);
  };
  return (
    <Dialog
      open={open}
      onOpenChange={close}
      title={created ? `Invitation for ${created.email}` : 'Invite a person'}
    >
      {created ? <Created invitation={created} /> : <Form onCreated={setCreated} />}
    </Dialog>
  );
}

function Form({ onCreated }: { onCreated: (invitation: InvitationCreated) => void }) {
  const [email, setEmail] = useState('');
  const [role, setRole] = useState<Role>('annotator');
  const [days, setDays] = useState(7);
  const queryClient = useQueryClient();
  const invite = useMutation({
    mutationFn: () =>
      client.call('createInvitation', {
        body: { email: email.trim(), role, expiresInSeconds: days * DAY_SECONDS },
      }),
    onSuccess: invitation => {
      onCreated(invitation);
      return queryClient.invalidateQueries({ queryKey: invitationsQuery.queryKey });
    },
  });
  return (
    <form
      className="grid gap-4"
      onSubmit={event => {
        event.preventDefault();
        invite.mutate();
      }}
    >
      <Field label="E-mail address">
        {props => (
          <Input
            {...props}
            type="email"
            required
            value={email}
            onChange={event => setEmail(event.target.value)}
          />
        )}
      </Field>
      <Field label="Role" hint={roleHint(role)}>
        {props => <RoleSelect {...props} value={role} onChange={setRole} />}
      </Field>
      <LifeField label="The link works for" lives={LIVES} days={days} onChange={setDays} />
      {invite.error && <ProblemView error={invite.error} />}
      <DialogActions>
        <DialogClose render={<Button />}>Cancel</DialogClose>
        <Button type="submit" variant="primary" disabled={email.trim() === '' || invite.isPending}>
          Make the link
        </Button>
      </DialogActions>
    </form>
  );
}

function Created({ invitation: { email, url, expiresAt } }: { invitation: InvitationCreated }) {
  const { data: identity } = useQuery(identityQuery);
  return (
    <div className="grid gap-4">
      <p>
        Send the link to {email}. It works once, ends <Time at={expiresAt} />, and is not shown again. Mooring
        sends no mail itself.
      </p>
      <ShownOnce secret={url} what="link" />
      <DialogActions>
        <a href={inviteMail(email, identity?.workspace.name ?? 'Mooring', url)} className={buttonStyle({})}>
          <Mail aria-hidden />
          Write an e-mail
        </a>
        <DialogClose render={<Button variant="primary" />}>Done</DialogClose>
      </DialogActions>
    </div>
  );
}
