import { useMutation, useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import { client } from '@/api/client.ts';
import { sshKeysQuery } from '@/api/queries.ts';
import { ProblemView } from '@/components/problem.tsx';
import { Button } from '@/components/ui/button.tsx';
import { Dialog, DialogActions, DialogClose } from '@/components/ui/dialog.tsx';
import { Field } from '@/components/ui/field.tsx';
import { Input } from '@/components/ui/input.tsx';

export function AddSshKeyDialog({
  open,
  onOpenChange,
}: {
  open: boolean;
  onOpenChange: (open: boolean) => void;
}) {
  return (
    <Dialog open={open} onOpenChange={onOpenChange} title="Add an SSH key">
      <AddForm onAdded={() => onOpenChange(false)} />
    </Dialog>
  );
}

function AddForm({ onAdded }: { onAdded: () => void }) {
  const [publicKey, setPublicKey] = useState('');
  const [name, setName] = useState('');
  const queryClient = useQueryClient();
  const isPrivate = publicKey.includes('PRIVATE KEY');
  const add = useMutation({
    mutationFn: () =>
      client.call('createOwnSshKey', {
        body: { publicKey: publicKey.trim(), ...(name.trim() !== '' && { name: name.trim() }) },
      }),
    onSuccess: () => {
      onAdded();
      return queryClient.invalidateQueries({ queryKey: sshKeysQuery.queryKey });
    },
  });
  return (
    <form
      className="grid gap-4"
      onSubmit={event => {
        event.preventDefault();
        add.mutate();
      }}
    >
      <Field
        label="Public key"
        hint="The line of the file that ends in .pub. It begins with ssh-ed25519."
        error={isPrivate ? 'This is a private key. It stays with you: paste the public one.' : undefined}
      >
        {props => (
          <Input
            {...props}
            value={publicKey}
            maxLength={2000}
            spellCheck={false}
            className="font-mono"
            placeholder="ssh-ed25519 AAAA…"
            onChange={event => setPublicKey(event.target.value)}
          />
        )}
      </Field>
      <Field label="Name" hint="Without one, it is called as the comment of the key.">
        {props => (
          <Input {...props} value={name} maxLength={120} onChange={event => setName(event.target.value)} />
        )}
      </Field>
      {add.error && <ProblemView error={add.error} />}
      <DialogActions>
        <DialogClose render={<Button />}>Cancel</DialogClose>
        <Button
          type="submit"
          variant="primary"
          disabled={publicKey.trim() === '' || isPrivate || add.isPending}
        >
          Add
        </Button>
      </DialogActions>
    </form>
  );
}
