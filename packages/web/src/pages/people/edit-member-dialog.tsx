import type { Member } from '@mooring/contract';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import { client } from '@/api/client.ts';
import { identityQuery, membersQuery } from '@/api/queries.ts';
import { ProblemView } from '@/components/problem.tsx';
import { Button } from '@/components/ui/button.tsx';
import { Dialog, DialogActions, DialogClose } from '@/components/ui/dialog.tsx';
import { Field } from '@/components/ui/field.tsx';
import { Input } from '@/components/ui/input.tsx';

/** Corrects the name and the address of a member. */
export const EditMemberDialog = ({ member, onClose }: { member: Member | null; onClose: () => void }) => (
  <Dialog
    open={member !== null}
    onOpenChange={open => !open && onClose()}
    title={`Name and e-mail of ${member?.name ?? 'the member'}`}
  >
    {member && <Form member={member} onDone={onClose} />}
  </Dialog>
);

function Form({ member, onDone }: { member: Member; onDone: () => void }) {
  const [name, setName] = useState(member.name);
  const [email, setEmail] = useState(member.email ?? '');
  const queryClient = useQueryClient();
  const save = useMutation({
    mutationFn: () =>
      client.call('updateMember', {
        params: { memberId: member.id },
        body: { name: name.trim(), ...(email.trim() && { email: email.trim() }) },
      }),
    onSuccess: async () => {
      onDone();
      await Promise.all(
        [membersQuery, identityQuery].map(({ queryKey }) => queryClient.invalidateQueries({ queryKey })),
      );
    },
  });
  return (
    <form
      className="grid gap-4"
      onSubmit={event => {
        event.preventDefault();
        save.mutate();
      }}
    >
      <Field label="Name">
        {props => (
          <Input {...props} value={name} maxLength={120} onChange={event => setName(event.target.value)} />
        )}
      </Field>
      <Field label="E-mail address">
        {props => (
          <Input {...props} type="email" value={email} onChange={event => setEmail(event.target.value)} />
        )}
      </Field>
      {save.error && <ProblemView error={save.error} />}
      <DialogActions>
        <DialogClose render={<Button />}>Cancel</DialogClose>
        <Button type="submit" variant="primary" disabled={name.trim() === '' || save.isPending}>
          Save
        </Button>
      </DialogActions>
    </form>
  );
}
