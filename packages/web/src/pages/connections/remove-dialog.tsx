import type { AssetsAfterDelete, Connection } from '@mooring/contract';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { useNavigate } from '@tanstack/react-router';
import { useState } from 'react';
import { client } from '@/api/client.ts';
import { connectionQuery } from '@/api/queries.ts';
import { ProblemView } from '@/components/problem.tsx';
import { Button } from '@/components/ui/button.tsx';
import { Dialog, DialogActions, DialogClose } from '@/components/ui/dialog.tsx';
import { Field } from '@/components/ui/field.tsx';
import { Input } from '@/components/ui/input.tsx';
import { toast } from '@/components/ui/toast.tsx';
import { signedUrls } from '@/delivery/browser-urls.ts';
import { formatUnits } from '@/format/numbers.ts';
import { kindOf } from '@/storage-kind.ts';

interface Props {
  connection: Connection;
  open: boolean;
  onOpenChange: (open: boolean) => void;
}

export const RemoveDialog = (props: Props) => (
  <Dialog open={props.open} onOpenChange={props.onOpenChange} title="Remove the connection">
    <RemoveForm {...props} />
  </Dialog>
);

function RemoveForm({ connection }: Props) {
  const { id, name, assetCount, location } = connection;
  const kind = kindOf(connection.provider);
  const [typed, setTyped] = useState('');
  const [assets, setAssets] = useState<AssetsAfterDelete>('remove');
  const navigate = useNavigate();
  const queryClient = useQueryClient();
  const remove = useMutation({
    mutationFn: () => client.call('deleteConnection', { params: { connectionId: id }, query: { assets } }),
    onSuccess: async () => {
      signedUrls.clear();
      await navigate({ to: '/connections' });
      queryClient.removeQueries({ queryKey: connectionQuery(id).queryKey });
      toast(
        `${name} is no longer used`,
        assets === 'remove'
          ? 'Its sources and assets are being removed; see Operations.'
          : 'Its assets are being marked as gone; see Operations.',
      );
      await queryClient.invalidateQueries();
    },
  });
  return (
    <form
      className="grid gap-4"
      onSubmit={event => {
        event.preventDefault();
        if (typed === name) remove.mutate();
      }}
    >
      <dl className="grid gap-2">
        <div>
          <dt className="font-medium">What ends</dt>
          <dd>
            Mooring stops using it at once: it cancels running syncs, makes no more URLs, and stable links
            stop working. It forgets the credential.
          </dd>
        </div>
        <div>
          <dt className="font-medium">What stays</dt>
          <dd>
            Every object in {kind.location.name(location)}: nothing in the storage is touched. URLs from the
            last minutes work until they expire.
          </dd>
        </div>
        <div>
          <dt className="font-medium">What remains for you</dt>
          <dd>
            In {kind.words.cloud}, the credential works until it is revoked. Unlink the connection first:
            Mooring then shows the commands that revoke it.
          </dd>
        </div>
      </dl>
      {assetCount > 0 && <AssetsChoice count={assetCount} value={assets} onChange={setAssets} />}
      <Field
        label={
          <>
            Type <span className="font-semibold select-all">{name}</span> to confirm
          </>
        }
      >
        {props => <Input {...props} value={typed} onChange={event => setTyped(event.target.value)} />}
      </Field>
      {remove.error && <ProblemView error={remove.error} />}
      <DialogActions>
        <DialogClose render={<Button />}>Keep it</DialogClose>
        <Button type="submit" variant="danger" disabled={typed !== name || remove.isPending}>
          {remove.isPending ? 'Removing…' : 'Remove the connection'}
        </Button>
      </DialogActions>
    </form>
  );
}

const CHOICES: [AssetsAfterDelete, string, string][] = [
  ['remove', 'Remove them', 'Mooring removes them from the catalogue, with their folders.'],
  [
    'tombstone',
    'Keep them, marked as gone',
    'They stay in their folders, marked as gone, so that labels elsewhere keep their assets.',
  ],
];

function AssetsChoice({
  count,
  value,
  onChange,
}: {
  count: number;
  value: AssetsAfterDelete;
  onChange: (value: AssetsAfterDelete) => void;
}) {
  return (
    <fieldset className="grid gap-2">
      <legend className="mb-1.5 font-medium">What happens to its {formatUnits(count, 'asset')}?</legend>
      {CHOICES.map(([choice, title, about]) => (
        <label
          key={choice}
          className="flex cursor-pointer items-start gap-3 rounded-lg border px-4 py-2.5 has-checked:border-accent has-checked:bg-accent-soft has-focus-visible:outline-2 has-focus-visible:outline-accent"
        >
          <input
            type="radio"
            name="assets"
            className="mt-1 shrink-0 accent-accent outline-none"
            checked={choice === value}
            onChange={() => onChange(choice)}
          />
          <span className="min-w-0">
            <span className="font-medium">{title}</span>
            <span className="block text-muted">{about}</span>
          </span>
        </label>
      ))}
    </fieldset>
  );
}
