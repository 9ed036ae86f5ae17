import type { Connection } from '@mooring/contract';
import { useState } from 'react';
import { ProblemView } from '@/components/problem.tsx';
import { Button } from '@/components/ui/button.tsx';
import { Dialog, DialogActions, DialogClose } from '@/components/ui/dialog.tsx';
import { Field } from '@/components/ui/field.tsx';
import { Input } from '@/components/ui/input.tsx';
import { secretIn } from '@/storage-kind.ts';
import { useUpdateConnection } from './update-connection.ts';

interface Props {
  connection: Connection;
  open: boolean;
  onOpenChange: (open: boolean) => void;
}

export const RenameDialog = (props: Props) => (
  <Dialog open={props.open} onOpenChange={props.onOpenChange} title="Rename the connection">
    <RenameForm {...props} />
  </Dialog>
);

function RenameForm({ connection, onOpenChange }: Props) {
  const [name, setName] = useState(connection.name);
  const problem = secretIn(name);
  const update = useUpdateConnection(connection);
  return (
    <form
      className="grid gap-4"
      onSubmit={event => {
        event.preventDefault();
        update.mutate({ name: name.trim() }, { onSuccess: () => onOpenChange(false) });
      }}
    >
      <Field label="Name" error={problem?.message}>
        {props => (
          <Input {...props} value={name} maxLength={120} onChange={event => setName(event.target.value)} />
        )}
      </Field>
      {update.error && <ProblemView error={update.error} />}
      <DialogActions>
        <DialogClose render={<Button />}>Cancel</DialogClose>
        <Button
          type="submit"
          variant="primary"
          disabled={name.trim() === '' || problem !== null || update.isPending}
        >
          Rename
        </Button>
      </DialogActions>
    </form>
  );
}
