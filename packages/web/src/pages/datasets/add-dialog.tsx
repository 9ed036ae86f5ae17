import type { Asset } from '@mooring/contract';
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import { client } from '@/api/client.ts';
import { operationsQuery } from '@/api/queries.ts';
import { ProblemView } from '@/components/problem.tsx';
import { Button } from '@/components/ui/button.tsx';
import { Dialog, DialogActions, DialogClose } from '@/components/ui/dialog.tsx';
import { Field } from '@/components/ui/field.tsx';
import { Input, Select } from '@/components/ui/input.tsx';
import { toast } from '@/components/ui/toast.tsx';
import { formatUnits } from '@/format/numbers.ts';
import { type AssetSelection, toFilter } from '@/pages/assets/search.ts';
import { datasetsQuery } from './queries.ts';

interface Props {
  open: boolean;
  onOpenChange: (open: boolean) => void;
  assets: readonly Asset[];
  /** The list that they were chosen from, if more match than are chosen. */
  all: { selection: AssetSelection; total: number } | null;
  onDone: () => void;
}

/** Adds chosen assets, or all that match, to a dataset: its next version has them. */
export const AddToDatasetDialog = ({ open, onOpenChange, ...props }: Props) => (
  <Dialog
    open={open}
    onOpenChange={onOpenChange}
    title="Add to a dataset"
    description="The next version of the dataset has the members of the newest one, and these assets."
  >
    <Form {...props} onClose={() => onOpenChange(false)} />
  </Dialog>
);

const NEW = 'new';

function Form({
  assets,
  all,
  onDone,
  onClose,
}: Omit<Props, 'open' | 'onOpenChange'> & { onClose: () => void }) {
  const { data: datasets } = useQuery(datasetsQuery);
  const [choice, setChoice] = useState<string | null>(null);
  const [name, setName] = useState('');
  const [note, setNote] = useState('');
  const [ofAll, setOfAll] = useState(false);
  const queryClient = useQueryClient();
  const chosen = choice ?? datasets?.[0]?.id ?? NEW;
  const add = useMutation({
    mutationFn: async () => {
      const part =
        ofAll && all ? { filter: toFilter(all.selection) } : { assetIds: assets.map(({ id }) => id) };
      const datasetId =
        chosen === NEW ? (await client.call('createDataset', { body: { name: name.trim() } })).id : chosen;
      // A failure after this keeps what was made: the next attempt adds to it.
      setChoice(datasetId);
      return client.call('createDatasetVersion', { params: { datasetId }, body: { add: [part], note } });
    },
    onSuccess: () => {
      toast(
        'A version is being made',
        'Operations shows how far it is. Datasets shows it when it is complete.',
      );
      onClose();
      onDone();
    },
    onSettled: () =>
      Promise.all(
        [datasetsQuery, operationsQuery].map(({ queryKey }) => queryClient.invalidateQueries({ queryKey })),
      ),
  });
  return (
    <form
      className="grid gap-4"
      onSubmit={event => {
        event.preventDefault();
        add.mutate();
      }}
    >
      <Field label="Dataset">
        {props => (
          <Select {...props} value={chosen} onChange={event => setChoice(event.target.value)}>
            {datasets?.map(dataset => (
              <option key={dataset.id} value={dataset.id}>
                {dataset.name}
              </option>
            ))}
            <option value={NEW}>A new dataset</option>
          </Select>
        )}
      </Field>
      {chosen === NEW && (
        <Field label="Name of the dataset">
          {props => (
            <Input
              {...props}
              required
              maxLength={120}
              value={name}
              onChange={event => setName(event.target.value)}
            />
          )}
        </Field>
      )}
      <Field label="Note" optional>
        {props => (
          <Input {...props} maxLength={500} value={note} onChange={event => setNote(event.target.value)} />
        )}
      </Field>
      {all && (
        <label className="flex items-center gap-2 text-sm max-sm:min-h-10">
          <input type="checkbox" checked={ofAll} onChange={event => setOfAll(event.target.checked)} />
          All {formatUnits(all.total, 'asset')} that match, not only those selected
        </label>
      )}
      {add.error && <ProblemView error={add.error} />}
      <DialogActions>
        <DialogClose render={<Button />}>Cancel</DialogClose>
        <Button
          type="submit"
          variant="primary"
          disabled={add.isPending || (chosen === NEW && name.trim() === '') || !datasets}
        >
          Add {formatUnits(ofAll && all ? all.total : assets.length, 'asset')}
        </Button>
      </DialogActions>
    </form>
  );
}
