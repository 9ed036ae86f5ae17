import type { Dataset, SplitRule } from '@mooring/contract';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { useNavigate } from '@tanstack/react-router';
import { useState } from 'react';
import { client } from '@/api/client.ts';
import { ProblemView } from '@/components/problem.tsx';
import { Button } from '@/components/ui/button.tsx';
import { Dialog, DialogActions, DialogClose } from '@/components/ui/dialog.tsx';
import { Field } from '@/components/ui/field.tsx';
import { Input, Select } from '@/components/ui/input.tsx';
import { datasetsQuery } from './queries.ts';

interface Props {
  open: boolean;
  onOpenChange: (open: boolean) => void;
  /** Null: a new one. */
  dataset: Dataset | null;
}

/** Makes a dataset, or changes what one is called and how it is divided. */
export const DatasetDialog = ({ open, onOpenChange, dataset }: Props) => (
  <Dialog open={open} onOpenChange={onOpenChange} title={dataset ? 'Edit the dataset' : 'New dataset'}>
    <Form dataset={dataset} onClose={() => onOpenChange(false)} />
  </Dialog>
);

type By = SplitRule['by']['kind'] | 'none';
const DEFAULT_SHARES = '80/10/10';
const BY_WORDS: Record<By, string> = {
  none: 'No splits',
  key: 'Each asset by itself',
  folder: 'All assets of a folder together',
  metadata: 'All assets with the same metadata value together',
};

function Form({ dataset, onClose }: { dataset: Dataset | null; onClose: () => void }) {
  const before = dataset?.splitRule ?? null;
  const [name, setName] = useState(dataset?.name ?? '');
  const [description, setDescription] = useState(dataset?.description ?? '');
  const [by, setBy] = useState<By>(before?.by.kind ?? 'none');
  const [key, setKey] = useState(before?.by.kind === 'metadata' ? before.by.key : '');
  const [shares, setShares] = useState(before ? Object.values(before.shares).join('/') : DEFAULT_SHARES);
  const queryClient = useQueryClient();
  const navigate = useNavigate();
  const sharesOfText = sharesIn(shares);
  const splitRule: SplitRule | null =
    by === 'none' || !sharesOfText
      ? null
      : {
          shares: sharesOfText,
          by: by === 'metadata' ? { kind: by, key: key.trim() } : { kind: by },
          seed: before?.seed ?? '',
        };
  const save = useMutation({
    mutationFn: () => {
      const body = { name: name.trim(), description: description.trim(), splitRule };
      return dataset
        ? client.call('updateDataset', { params: { datasetId: dataset.id }, body })
        : client.call('createDataset', { body });
    },
    onSuccess: async ({ id }) => {
      await queryClient.invalidateQueries({ queryKey: datasetsQuery.queryKey });
      onClose();
      if (!dataset) await navigate({ to: '/datasets/$datasetId', params: { datasetId: id } });
    },
  });
  const isReady =
    name.trim() !== '' &&
    (by === 'none' || sharesOfText !== null) &&
    (by !== 'metadata' || key.trim() !== '');
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
          <Input
            {...props}
            required
            maxLength={120}
            value={name}
            onChange={event => setName(event.target.value)}
          />
        )}
      </Field>
      <Field label="Description" optional>
        {props => (
          <Input
            {...props}
            maxLength={2000}
            value={description}
            onChange={event => setDescription(event.target.value)}
          />
        )}
      </Field>
      <Field
        label="Train, validation and test"
        hint={by !== 'none' && 'Changes hold from the next version on.'}
      >
        {props => (
          <Select {...props} value={by} onChange={event => setBy(event.target.value as By)}>
            {Object.entries(BY_WORDS).map(([value, words]) => (
              <option key={value} value={value}>
                {words}
              </option>
            ))}
          </Select>
        )}
      </Field>
      {by === 'metadata' && (
        <Field label="Metadata key" hint="Such as a patient or a video. Assets without it are in no split.">
          {props => (
            <Input
              {...props}
              required
              placeholder="patient"
              maxLength={200}
              value={key}
              onChange={event => setKey(event.target.value)}
            />
          )}
        </Field>
      )}
      {by !== 'none' && (
        <Field label="Shares" error={!sharesOfText && 'Write three whole numbers, such as 80/10/10.'}>
          {props => <Input {...props} value={shares} onChange={event => setShares(event.target.value)} />}
        </Field>
      )}
      {save.error && <ProblemView error={save.error} />}
      <DialogActions>
        <DialogClose render={<Button />}>Cancel</DialogClose>
        <Button type="submit" variant="primary" disabled={!isReady || save.isPending}>
          {dataset ? 'Save' : 'Make the dataset'}
        </Button>
      </DialogActions>
    </form>
  );
}

/** `80/10/10` as shares; null where it is something else. */
function sharesIn(text: string): SplitRule['shares'] | null {
  const numbers = text.split('/').map(part => part.trim());
  if (numbers.length !== 3 || !numbers.every(part => /^\d{1,4}$/.test(part))) return null;
  const [train, validation, test] = numbers.map(Number) as [number, number, number];
  return train + validation + test > 0 ? { train, validation, test } : null;
}
