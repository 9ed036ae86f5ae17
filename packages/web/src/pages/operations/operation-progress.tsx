import { countsOf, isFinished, OPERATION_KINDS, type Operation } from '@mooring/contract';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { useEffect, useState } from 'react';
import { client } from '@/api/client.ts';
import { addSample, rateOf, type Sample, timeLeftMs } from '@/api/progress-rate.ts';
import { operationQuery, operationsQuery } from '@/api/queries.ts';
import { ProblemView } from '@/components/problem.tsx';
import { Button } from '@/components/ui/button.tsx';
import { cn } from '@/components/ui/cn.ts';
import { Progress } from '@/components/ui/progress.tsx';
import { formatCount, formatShare } from '@/format/numbers.ts';
import { formatDuration } from '@/format/time.ts';

/** How far an operation is: the bar, how many of how many, how fast, and what was found. */
export function OperationProgress({ operation }: { operation: Operation }) {
  const { kind, status, done, total, unit } = operation;
  const rate = useRate(operation);
  const left = timeLeftMs(done, total, rate);
  const facts = [
    total === null ? `${formatCount(done)} ${unit}` : `${formatCount(done)} of ${formatCount(total)} ${unit}`,
    total !== null && formatShare(done, total),
    rate !== null && `${formatCount(rate)} a second`,
    left !== null && done > 0 && `${formatDuration(left)} left`,
  ].filter(Boolean);
  return (
    <div className="grid gap-2">
      <Progress label={OPERATION_KINDS[kind].doing} done={done} total={total} />
      <p className="text-sm text-muted">
        {status === 'queued' && 'Waits for a worker. '}
        {status === 'running' && done === 0 && 'Just started. '}
        {status === 'paused' && 'Paused: it continues from here when you resume it. '}
        {status === 'cancelling' && 'Stopping after the current page. '}
        {facts.join(' · ')}
      </p>
      <Counts operation={operation} />
    </div>
  );
}

/** What an operation counted, each count under its word; nothing where it counts nothing. */
export function Counts({ operation }: { operation: Operation }) {
  const counts = countsOf(operation);
  if (counts.length === 0) return null;
  return (
    <div className="grid gap-2">
      <dl className="flex flex-wrap gap-x-7 gap-y-2">
        {counts.map(({ name, word, count }) => (
          <div key={name} className="flex flex-col-reverse">
            <dt className="text-xs text-muted">{word}</dt>
            <dd className={cn('text-lg', count === 0 ? 'text-muted' : 'font-semibold')}>
              {formatCount(count)}
            </dd>
          </div>
        ))}
      </dl>
      {counts.some(({ name, count }) => name === 'skipped' && count > 0) && (
        <p className="text-sm text-muted">
          Skipped: placeholders of folders, which hold no data; objects that the filters leave out; and keys
          that cannot be stored, which are listed as errors.
        </p>
      )}
    </div>
  );
}

function useRate({ id, status, done }: Operation): number | null {
  const [samples, setSamples] = useState<{ of: string; list: Sample[] }>({ of: id, list: [] });
  useEffect(
    () =>
      setSamples(({ of, list }) => ({
        of: id,
        list: addSample(of === id ? list : [], { atMs: Date.now(), done }),
      })),
    [id, done],
  );
  return status === 'running' && samples.of === id ? rateOf(samples.list) : null;
}

export function CancelButton({ operation }: { operation: Operation }) {
  const queryClient = useQueryClient();
  const { mutate, isPending, error } = useMutation({
    mutationFn: () => client.call('cancelOperation', { params: { operationId: operation.id } }),
    onSuccess: cancelled => {
      queryClient.setQueryData(operationQuery(operation.id).queryKey, cancelled);
      return queryClient.invalidateQueries({ queryKey: operationsQuery.queryKey });
    },
  });
  if (isFinished(operation.status) || !OPERATION_KINDS[operation.kind].canCancel) return null;
  if (error) return <ProblemView error={error} onRetry={() => mutate()} />;
  return (
    <Button disabled={isPending || operation.status === 'cancelling'} onClick={() => mutate()}>
      {operation.status === 'cancelling' ? 'Cancelling…' : 'Cancel'}
    </Button>
  );
}
