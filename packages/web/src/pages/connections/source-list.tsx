import { type Connection, isFinished, type Source, type SyncRequest } from '@mooring/contract';
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import { FolderPlus, Images, RefreshCw } from 'lucide-react';
import { useState } from 'react';
import { client } from '@/api/client.ts';
import { useOperation } from '@/api/live-operation.ts';
import { operationQuery, operationsQuery, sourcesQuery } from '@/api/queries.ts';
import { Name } from '@/components/name.tsx';
import { ProblemView } from '@/components/problem.tsx';
import { OperationMark } from '@/components/status.tsx';
import { Time } from '@/components/time.tsx';
import { Button, buttonStyle } from '@/components/ui/button.tsx';
import { SkeletonRows } from '@/components/ui/skeleton.tsx';
import { formatCount, formatUnits } from '@/format/numbers.ts';
import { CancelButton, OperationProgress } from '@/pages/operations/operation-progress.tsx';
import { AddSourceDialog } from './add-source-dialog.tsx';

/** The sources of a connection, each with its sync. */
export function SourceList({ connection }: { connection: Connection }) {
  const { data, error, refetch } = useQuery(sourcesQuery);
  const [isAdding, setAdding] = useState(false);
  const sources = data?.filter(({ connectionId }) => connectionId === connection.id);
  if (error) return <ProblemView error={error} onRetry={() => refetch()} />;
  if (!sources) return <SkeletonRows rows={2} />;
  return (
    <>
      {sources.length === 0 && (
        <p className="text-muted">
          Nothing is synced yet. Add a source: the container, or a part of it that begins with a prefix.
        </p>
      )}
      {sources.length > 0 && (
        <ul className="grid gap-1">
          {sources.map(source => (
            <SourceRow key={source.id} source={source} isLinked={connection.status !== 'unlinked'} />
          ))}
        </ul>
      )}
      <div>
        <Button variant={sources.length === 0 ? 'primary' : 'secondary'} onClick={() => setAdding(true)}>
          <FolderPlus aria-hidden />
          Add source
        </Button>
      </div>
      <AddSourceDialog connection={connection} open={isAdding} onOpenChange={setAdding} />
    </>
  );
}

function SourceRow({ source, isLinked }: { source: Source; isLinked: boolean }) {
  const { operation, isUnderWay, sync } = useSync(source);
  const where = `${source.container}${source.prefix && ` / ${source.prefix}`}`;
  return (
    <li className="grid gap-3 border-b py-3 last:border-b-0">
      <div className="flex flex-wrap items-center gap-x-4 gap-y-2">
        <div className="min-w-0 flex-1 basis-56">
          <p className="flex font-medium">
            <Link
              to="/sources/$sourceId"
              params={{ sourceId: source.id }}
              className="flex min-w-0 text-accent hover:underline"
            >
              <Name text={where} />
            </Link>
          </p>
          <p className="text-sm text-muted">
            {formatUnits(source.assetCount, 'asset')}
            {source.goneCount > 0 && (
              <>
                ,{' '}
                <Link
                  to="/assets"
                  search={{ folder: source.folderId, status: 'gone' }}
                  className="text-accent underline"
                >
                  {formatCount(source.goneCount)} gone
                </Link>
              </>
            )}
            {source.lastSyncedAt ? ' · synced ' : ' · '}
            <Time at={source.lastSyncedAt} none="never synced" />
          </p>
        </div>
        <div className="flex items-center gap-2">
          <Link
            to="/assets"
            search={{ folder: source.folderId }}
            className={buttonStyle({ variant: 'ghost' })}
          >
            <Images aria-hidden />
            Browse
          </Link>
          {isUnderWay && operation ? (
            <CancelButton operation={operation} />
          ) : (
            <Button disabled={sync.isPending || !isLinked} onClick={() => sync.mutate({})}>
              <RefreshCw aria-hidden />
              Sync
            </Button>
          )}
        </div>
      </div>
      {sync.error && <ProblemView error={sync.error} onRetry={() => sync.mutate({})} />}
      {operation && isUnderWay && <OperationProgress operation={operation} />}
      {operation && !isUnderWay && operation.status !== 'succeeded' && (
        <p className="flex flex-wrap items-center gap-x-3 text-sm">
          <OperationMark status={operation.status} />
          {operation.problem && <span className="min-w-0">{operation.problem.detail}</span>}
          <Link
            to="/operations/$operationId"
            params={{ operationId: operation.id }}
            className="text-accent hover:underline"
          >
            What happened
          </Link>
        </p>
      )}
    </li>
  );
}

/** The latest sync of a source, live, and how to start another. */
export function useSync(source: Source) {
  const queryClient = useQueryClient();
  const { data: latest = [] } = useQuery(operationsQuery);
  const known = latest.find(({ kind, subject }) => kind === 'sync' && subject.id === source.id);
  const { data: operation } = useOperation(known?.id ?? source.lastOperationId);
  const sync = useMutation({
    mutationFn: (body: SyncRequest) => client.call('syncSource', { params: { sourceId: source.id }, body }),
    onSuccess: started => {
      queryClient.setQueryData(operationQuery(started.id).queryKey, started);
      queryClient.setQueryData(operationsQuery.queryKey, (before = []) => [started, ...before]);
    },
  });
  return { operation, isUnderWay: operation !== undefined && !isFinished(operation.status), sync };
}
