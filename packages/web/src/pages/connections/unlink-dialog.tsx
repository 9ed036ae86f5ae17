import type { Connection, UnlinkResult } from '@mooring/contract';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import { client } from '@/api/client.ts';
import { connectionQuery } from '@/api/queries.ts';
import { FixView } from '@/components/fix.tsx';
import { ProblemView } from '@/components/problem.tsx';
import { Button } from '@/components/ui/button.tsx';
import { Dialog, DialogActions, DialogClose } from '@/components/ui/dialog.tsx';
import { signedUrls } from '@/delivery/browser-urls.ts';
import { formatUnits } from '@/format/numbers.ts';
import { kindOf } from '@/storage-kind.ts';
import { IssuedUrlList } from './issued-urls.tsx';

interface Props {
  connection: Connection;
  open: boolean;
  onOpenChange: (open: boolean) => void;
}

/** Asks before it unlinks, then says what remains. Of one that is unlinked it says what remains at once. */
export function UnlinkDialog({ connection, open, onOpenChange }: Props) {
  const [result, setResult] = useState<UnlinkResult | null>(null);
  const close = (isOpen: boolean) => {
    onOpenChange(isOpen);
    if (!isOpen) setResult(null);
  };
  return (
    <Dialog
      open={open}
      onOpenChange={close}
      title={
        result ? `What remains to do in ${kindOf(connection.provider).words.cloud}` : 'Unlink the connection'
      }
      className={result ? 'max-w-2xl' : ''}
    >
      {result ? <Remains result={result} /> : <UnlinkForm connection={connection} onUnlinked={setResult} />}
    </Dialog>
  );
}

function UnlinkForm({
  connection,
  onUnlinked,
}: {
  connection: Connection;
  onUnlinked: (result: UnlinkResult) => void;
}) {
  const { id, name, status, assetCount } = connection;
  const queryClient = useQueryClient();
  const unlink = useMutation({
    mutationFn: () => client.call('unlinkConnection', { params: { connectionId: id } }),
    onSuccess: result => {
      signedUrls.clear();
      queryClient.setQueryData(connectionQuery(id).queryKey, result.connection);
      onUnlinked(result);
      return queryClient.invalidateQueries();
    },
  });
  return (
    <form
      className="grid grid-cols-[minmax(0,1fr)] gap-4"
      onSubmit={event => {
        event.preventDefault();
        unlink.mutate();
      }}
    >
      {status === 'unlinked' ? (
        <p>Mooring no longer uses {name}. It can show again what is left to revoke.</p>
      ) : (
        <dl className="grid grid-cols-[minmax(0,1fr)] gap-2">
          <div>
            <dt className="font-medium">What ends at once</dt>
            <dd>
              Running syncs, new URLs, streams through Mooring and stable links. Mooring forgets the
              credential.
            </dd>
          </div>
          <div>
            <dt className="font-medium">What stays</dt>
            <dd>
              {formatUnits(assetCount, 'asset')} in the catalogue, with their folders, and everything in the
              storage. You can link the connection again with a new credential.
            </dd>
          </div>
          <div>
            <dt className="font-medium">What Mooring cannot take back</dt>
            <dd>
              Signed URLs that were handed out work until they end. The next page shows these URLs, and how to
              end them.
            </dd>
          </div>
        </dl>
      )}
      {unlink.error && <ProblemView error={unlink.error} />}
      <DialogActions>
        <DialogClose render={<Button />}>Cancel</DialogClose>
        <Button
          type="submit"
          variant={status === 'unlinked' ? 'primary' : 'danger'}
          disabled={unlink.isPending}
        >
          {status === 'unlinked' ? 'Show what remains' : unlink.isPending ? 'Unlinking…' : 'Unlink'}
        </Button>
      </DialogActions>
    </form>
  );
}

function Remains({ result: { issuedUrls, cancelledOperationIds, revoke } }: { result: UnlinkResult }) {
  return (
    <div className="grid min-w-0 grid-cols-1 gap-5">
      <p role="status">
        The connection is unlinked: Mooring no longer uses it.
        {cancelledOperationIds.length > 0 &&
          ` ${formatUnits(cancelledOperationIds.length, 'operation')} ${cancelledOperationIds.length === 1 ? 'was' : 'were'} cancelled.`}
      </p>
      <section className="grid grid-cols-1 gap-1">
        <h3 className="font-medium">URLs that still work</h3>
        <IssuedUrlList issued={issuedUrls} />
      </section>
      <section className="grid grid-cols-1 gap-1">
        <h3 className="font-medium">To revoke</h3>
        <FixView fix={revoke} />
      </section>
      <DialogActions>
        <DialogClose render={<Button variant="primary" />}>Done</DialogClose>
      </DialogActions>
    </div>
  );
}
