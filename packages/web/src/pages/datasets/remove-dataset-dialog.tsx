import type { Dataset } from '@mooring/contract';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { useNavigate } from '@tanstack/react-router';
import { useState } from 'react';
import { client } from '@/api/client.ts';
import { ProblemView } from '@/components/problem.tsx';
import { Button } from '@/components/ui/button.tsx';
import { Dialog, DialogActions, DialogClose } from '@/components/ui/dialog.tsx';
import { Field } from '@/components/ui/field.tsx';
import { Input } from '@/components/ui/input.tsx';
import { datasetsQuery } from './queries.ts';

/** It cannot be undone, so it asks for the name. */
export function RemoveDatasetDialog({
  open,
  onOpenChange,
  dataset: { id, name },
}: {
  open: boolean;
  onOpenChange: (open: boolean) => void;
  dataset: Dataset;
}) {
  const [typed, setTyped] = useState('');
  const queryClient = useQueryClient();
  const navigate = useNavigate();
  const remove = useMutation({
    mutationFn: () => client.call('deleteDataset', { params: { datasetId: id } }),
    onSuccess: async () => {
      await navigate({ to: '/datasets' });
      queryClient.removeQueries({ queryKey: [...datasetsQuery.queryKey, id] });
      await queryClient.invalidateQueries({ queryKey: datasetsQuery.queryKey });
    },
  });
  return (
    <Dialog
      open={open}
      onOpenChange={onOpenChange}
      title="Remove the dataset"
      description="All its versions are lost. The assets and their tags stay."
    >
      <form
        className="grid gap-4"
        onSubmit={event => {
          event.preventDefault();
          remove.mutate();
        }}
      >
        <Field label={`Enter its name: ${name}`}>
          {props => <Input {...props} value={typed} onChange={event => setTyped(event.target.value)} />}
        </Field>
        {remove.error && <ProblemView error={remove.error} />}
        <DialogActions>
          <DialogClose render={<Button />}>Cancel</DialogClose>
          <Button type="submit" variant="danger" disabled={typed !== name || remove.isPending}>
            Remove it
          </Button>
        </DialogActions>
      </form>
    </Dialog>
  );
}
