import type { Connection } from '@mooring/contract';
import { useState } from 'react';
import { ProblemView } from '@/components/problem.tsx';
import { Button } from '@/components/ui/button.tsx';
import { Dialog, DialogActions, DialogClose } from '@/components/ui/dialog.tsx';
import { EMPTY_SOURCE } from './source-draft.ts';
import { SourceFields } from './source-fields.tsx';
import { useStartSource } from './start-source.ts';

interface Props {
  connection: Connection;
  open: boolean;
  onOpenChange: (open: boolean) => void;
}

export function AddSourceDialog({ connection, open, onOpenChange }: Props) {
  const [draft, setDraft] = useState(EMPTY_SOURCE);
  const start = useStartSource(connection);
  return (
    <Dialog
      open={open}
      onOpenChange={onOpenChange}
      title="Add source"
      className="max-w-2xl"
      description={`A part of ${connection.location.container} to sync into a folder.`}
    >
      <form
        className="grid gap-4"
        onSubmit={event => {
          event.preventDefault();
          start.mutate({ draft, syncNow: true }, { onSuccess: () => onOpenChange(false) });
        }}
      >
        <SourceFields connection={connection} value={draft} onChange={setDraft} />
        {start.error && <ProblemView error={start.error} />}
        <DialogActions>
          <DialogClose render={<Button />}>Cancel</DialogClose>
          <Button type="submit" variant="primary" disabled={start.isPending}>
            {start.isPending ? 'Starting…' : 'Add and sync'}
          </Button>
        </DialogActions>
      </form>
    </Dialog>
  );
}
