import type { Connection } from '@mooring/contract';
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
  const { id, name, assetCount, location, credential } = connection;
  const [typed, setTyped] = useState('');
  const navigate = useNavigate();
  const queryClient = useQueryClient();
  const remove = useMutation({
    mutationFn: () => client.call('deleteConnection', { params: { connectionId: id } }),
    onSuccess: async () => {
      signedUrls.clear();
      await navigate({ to: '/connections' });
      queryClient.removeQueries({ queryKey: connectionQuery(id).queryKey });
      toast(`${name} is no longer used`, 'Its sources and assets are being removed; see Operations.');
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
          <dt className="font-medium">What is lost</dt>
          <dd>
            Mooring stops using it at once: running syncs are cancelled, URLs can no longer be made. Its
            sources, its folders and {formatUnits(assetCount, 'asset')} are removed from the catalogue, and
            stable links to them stop working.
          </dd>
        </div>
        <div>
          <dt className="font-medium">What stays</dt>
          <dd>
            Every object in {location.account} / {location.container}: nothing in the storage is touched. URLs
            that were made in the last minutes work until they expire.
          </dd>
        </div>
        <div>
          <dt className="font-medium">What remains for you</dt>
          <dd>
            {credential.kind === 'azure-app'
              ? `In Azure, delete the role assignments of the app ${credential.clientId}, and its secret if nothing else uses it.`
              : 'In Azure, the SAS token works until it expires. To revoke it sooner, rotate the account key that signed it.'}
          </dd>
        </div>
      </dl>
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
