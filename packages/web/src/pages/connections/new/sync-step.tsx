import { isFinished } from '@mooring/contract';
import { useQuery } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import { Images } from 'lucide-react';
import { useState } from 'react';
import { useOperation } from '@/api/live-operation.ts';
import { connectionQuery } from '@/api/queries.ts';
import { ProblemView } from '@/components/problem.tsx';
import { OperationMark } from '@/components/status.tsx';
import { buttonStyle } from '@/components/ui/button.tsx';
import { SkeletonRows } from '@/components/ui/skeleton.tsx';
import { CancelButton, Counts, OperationProgress } from '@/pages/operations/operation-progress.tsx';
import { SourceFields } from '../source-fields.tsx';
import { useStartSource } from '../start-source.ts';
import { StepActions } from './step-actions.tsx';

/** Chooses what to sync, and syncs it. */
export function SyncStep({
  connectionId,
  prefix,
  onDone,
}: {
  connectionId: string;
  prefix: string;
  /** The set-up is over: nothing of it needs to be kept. */
  onDone: () => void;
}) {
  const { data: connection, error } = useQuery(connectionQuery(connectionId));
  const [source, setSource] = useState({ prefix, folderName: '' });
  const start = useStartSource(connectionId);
  if (error) return <ProblemView error={error} />;
  if (!connection) return <SkeletonRows rows={3} />;
  if (start.data) {
    return (
      <Started operationId={start.data.operation.id} folderId={start.data.source.folderId} onLeave={onDone} />
    );
  }
  return (
    <form
      className="grid gap-5"
      onSubmit={event => {
        event.preventDefault();
        start.mutate(source);
      }}
    >
      <p className="max-w-prose">
        Choose what to sync. Mooring lists the keys and keeps a catalogue of them; it copies none of the data.
      </p>
      <SourceFields container={connection.location.container} value={source} onChange={setSource} />
      {start.error && <ProblemView error={start.error} />}
      <StepActions label={start.isPending ? 'Starting…' : 'Sync now'} disabled={start.isPending}>
        <Link
          to="/connections/$connectionId"
          params={{ connectionId }}
          onClick={onDone}
          className={buttonStyle({ variant: 'ghost' })}
        >
          Later
        </Link>
      </StepActions>
    </form>
  );
}

function Started({
  operationId,
  folderId,
  onLeave,
}: {
  operationId: string;
  folderId: string;
  onLeave: () => void;
}) {
  const { data: operation, error, refetch } = useOperation(operationId);
  if (error) return <ProblemView error={error} onRetry={() => refetch()} />;
  if (!operation) return <SkeletonRows rows={2} />;
  const isOver = isFinished(operation.status);
  return (
    <div className="grid gap-5">
      <div className="flex items-center justify-between gap-4">
        <OperationMark status={operation.status} />
        <CancelButton operation={operation} />
      </div>
      {isOver ? (
        operation.counts && <Counts counts={operation.counts} />
      ) : (
        <OperationProgress operation={operation} />
      )}
      {operation.problem && (
        <p>
          {operation.problem.detail} {operation.problem.fix}
        </p>
      )}
      {!isOver && <p className="text-muted">It goes on when you leave this page; see Operations.</p>}
      <div className="flex flex-wrap gap-2">
        <Link
          to="/assets"
          search={{ folder: folderId }}
          onClick={onLeave}
          className={buttonStyle({ variant: isOver ? 'primary' : 'secondary' })}
        >
          <Images aria-hidden />
          Browse the assets
        </Link>
      </div>
    </div>
  );
}
