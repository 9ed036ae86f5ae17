import { isFinished, OPERATION_KINDS, type Operation, type OperationOf } from '@mooring/contract';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { useNavigate } from '@tanstack/react-router';
import { CirclePause, CirclePlay, RotateCw, Trash2 } from 'lucide-react';
import { client } from '@/api/client.ts';
import { operationQuery, operationsQuery } from '@/api/queries.ts';
import { useMay } from '@/app/use-may.ts';
import { ProblemView } from '@/components/problem.tsx';
import { Button } from '@/components/ui/button.tsx';
import { formatUnits } from '@/format/numbers.ts';
import { CancelButton } from './operation-progress.tsx';

/** What can be done with an operation now: hold it, let it go on, stop it. */
export const OperationActions = ({ operation }: { operation: Operation }) => (
  <div className="flex flex-wrap items-center gap-2">
    {OPERATION_KINDS[operation.kind].canPause && !isFinished(operation.status) && (
      <HoldButton operation={operation} />
    )}
    <CancelButton operation={operation} />
    {operation.problem?.code === 'sync_guard' && <ConfirmRemovals operation={operation} />}
    {operation.kind === 'register' && <RetryButton operation={operation} />}
  </div>
);

function HoldButton({ operation }: { operation: Operation }) {
  const isPaused = operation.status === 'paused';
  const queryClient = useQueryClient();
  const { mutate, isPending, error } = useMutation({
    mutationFn: () =>
      client.call(isPaused ? 'resumeOperation' : 'pauseOperation', {
        params: { operationId: operation.id },
      }),
    onSuccess: held => {
      queryClient.setQueryData(operationQuery(operation.id).queryKey, held);
      return queryClient.invalidateQueries({ queryKey: operationsQuery.queryKey });
    },
  });
  if (error) return <ProblemView error={error} onRetry={() => mutate()} />;
  const Icon = isPaused ? CirclePlay : CirclePause;
  return (
    <Button disabled={isPending || operation.status === 'cancelling'} onClick={() => mutate()}>
      <Icon aria-hidden />
      {isPaused ? 'Resume' : 'Pause'}
    </Button>
  );
}

/** Starts another operation, and goes to it. */
export function useStart(start: () => Promise<Operation>) {
  const navigate = useNavigate();
  const queryClient = useQueryClient();
  return useMutation({
    mutationFn: start,
    onSuccess: async started => {
      queryClient.setQueryData(operationQuery(started.id).queryKey, started);
      await queryClient.invalidateQueries({ queryKey: operationsQuery.queryKey });
      await navigate({ to: '/operations/$operationId', params: { operationId: started.id } });
    },
  });
}

/** Registers the items again that failed. */
function RetryButton({ operation: { id, status, report } }: { operation: OperationOf<'register'> }) {
  const mayRegister = useMay('sources.change');
  const { mutate, isPending, error } = useStart(() =>
    client.call('retryRegistration', { params: { operationId: id } }),
  );
  if (!mayRegister || !isFinished(status) || !report?.retryable) return null;
  if (error) return <ProblemView error={error} />;
  return (
    <Button disabled={isPending} onClick={() => mutate()}>
      <RotateCw aria-hidden />
      Retry {formatUnits(report.retryable, 'failed item')}
    </Button>
  );
}

/** Syncs again, and removes what has gone however much it is. */
function ConfirmRemovals({ operation }: { operation: Operation }) {
  const { mutate, isPending, error } = useStart(() =>
    client.call('syncSource', {
      params: { sourceId: operation.subject.id },
      body: { confirmRemovals: true },
    }),
  );
  if (error) return <ProblemView error={error} onRetry={() => mutate()} />;
  return (
    <Button variant="danger" disabled={isPending} onClick={() => mutate()}>
      <Trash2 aria-hidden />
      Sync and remove what has gone
    </Button>
  );
}
