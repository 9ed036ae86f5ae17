import { type Connection, isFinished } from '@mooring/contract';
import { Link, useNavigate } from '@tanstack/react-router';
import { Images, TriangleAlert } from 'lucide-react';
import { useOperation } from '@/api/live-operation.ts';
import { ProblemView } from '@/components/problem.tsx';
import { OperationMark } from '@/components/status.tsx';
import { Button, buttonStyle } from '@/components/ui/button.tsx';
import { SkeletonRows } from '@/components/ui/skeleton.tsx';
import { CancelButton, Counts, OperationProgress } from '@/pages/operations/operation-progress.tsx';
import type { SourceDraft } from '../source-draft.ts';
import { SourceFields } from '../source-fields.tsx';
import { useStartSource } from '../start-source.ts';
import { StepActions } from './step-actions.tsx';

/** Chooses what to sync, and syncs it now or later. */
export function SyncStep({
  connection,
  value,
  onChange,
  onStarted,
  onDone,
}: {
  connection: Connection;
  value: SourceDraft;
  onChange: (value: SourceDraft) => void;
  /** It goes on without this page. */
  onStarted: () => void;
  /** The set-up is over: nothing of it needs to be kept. */
  onDone: () => void;
}) {
  const navigate = useNavigate();
  const start = useStartSource(connection);
  if (start.data?.operation) {
    const { operation, source } = start.data;
    return <Started operationId={operation.id} folderId={source.folderId} onLeave={onDone} />;
  }
  const later = () =>
    start.mutate(
      { draft: value, syncNow: false },
      {
        onSuccess: async () => {
          await navigate({ to: '/connections/$connectionId', params: { connectionId: connection.id } });
          onDone();
        },
      },
    );
  const isOutside = value.prefix !== null && !value.prefix.startsWith(connection.location.prefix);
  return (
    <form
      className="grid gap-5"
      onSubmit={event => {
        event.preventDefault();
        if (!isOutside) start.mutate({ draft: value, syncNow: true }, { onSuccess: onStarted });
      }}
    >
      <NotVerified connection={connection} />
      <p className="max-w-prose">
        Choose what to sync. Mooring lists the keys and keeps a catalogue of them; it copies none of the data.
      </p>
      <SourceFields connection={connection} value={value} onChange={onChange} />
      {start.error && <ProblemView error={start.error} />}
      <StepActions label={start.isPending ? 'Starting…' : 'Sync now'} disabled={start.isPending || isOutside}>
        <Button variant="ghost" disabled={start.isPending || isOutside} onClick={later}>
          Sync later
        </Button>
      </StepActions>
    </form>
  );
}

/** Warns a person who goes on before the checks have passed. */
function NotVerified({ connection: { status, statusReason } }: { connection: Connection }) {
  if (status === 'healthy' || status === 'degraded') return null;
  return (
    <p className="flex max-w-prose gap-2 rounded-lg bg-warn-soft p-4">
      <TriangleAlert aria-hidden className="mt-0.5 size-4 shrink-0 text-warn" />
      <span className="min-w-0">
        {status === 'broken' ? 'This connection does not work yet' : 'This connection has not been verified'}
        {statusReason ? `: ${statusReason}` : '.'}{' '}
        <Link to="/connections/new" search={{ step: 'verify' }} className="text-accent underline">
          See the checks
        </Link>
      </span>
    </p>
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
      {isOver ? <Counts operation={operation} /> : <OperationProgress operation={operation} />}
      {operation.problem && (
        <p>
          {operation.problem.detail} {operation.problem.fix}
        </p>
      )}
      {!isOver && <p className="text-muted">It continues when you leave this page; see Operations.</p>}
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
