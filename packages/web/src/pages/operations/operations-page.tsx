import { isFinished, type Operation } from '@mooring/contract';
import { useInfiniteQuery, useQuery } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import { Activity } from 'lucide-react';
import { client } from '@/api/client.ts';
import { LATEST_OPERATIONS, operationsQuery } from '@/api/queries.ts';
import { Name } from '@/components/name.tsx';
import { Empty, Page, Section } from '@/components/page.tsx';
import { ProblemView } from '@/components/problem.tsx';
import { OperationMark } from '@/components/status.tsx';
import { Time } from '@/components/time.tsx';
import { Button } from '@/components/ui/button.tsx';
import { SkeletonRows } from '@/components/ui/skeleton.tsx';
import { formatUnits } from '@/format/numbers.ts';
import { formatDuration } from '@/format/time.ts';
import { CancelButton, OperationProgress } from './operation-progress.tsx';
import { useSubject } from './subject.tsx';
import { describeCounts, nameOf } from './words.ts';

export function OperationsPage() {
  const { data: latest, error, refetch } = useQuery(operationsQuery);
  const { data: older, fetchNextPage, hasNextPage, isFetching } = useOlder(latest);
  const all = [...(latest ?? []), ...(older ?? [])];
  const running = all.filter(({ status }) => !isFinished(status));
  const finished = all.filter(({ status }) => isFinished(status));
  const canLoad = latest?.length === LATEST_OPERATIONS && (older === undefined || hasNextPage);
  return (
    <Page title="Operations" about="Long work, such as syncs. It continues when you close this page.">
      {error && <ProblemView error={error} onRetry={() => refetch()} />}
      {!latest && !error && <SkeletonRows rows={4} />}
      {latest?.length === 0 && (
        <Empty icon={Activity} title="Nothing has run yet">
          <p>Each sync shows here, with what it found and what went wrong. Start one from a connection.</p>
        </Empty>
      )}
      {running.length > 0 && (
        <Section title="Under way">
          <ul className="grid">
            {running.map(operation => (
              <li key={operation.id} className="grid gap-3 border-b py-4 first:pt-0 last:border-b-0">
                <div className="flex items-start justify-between gap-4">
                  <OperationTitle operation={operation} />
                  <CancelButton operation={operation} />
                </div>
                <OperationProgress operation={operation} />
              </li>
            ))}
          </ul>
        </Section>
      )}
      {finished.length > 0 && (
        <Section title="Finished">
          <ul className="-mx-3 grid">
            {finished.map(operation => (
              <FinishedRow key={operation.id} operation={operation} />
            ))}
          </ul>
          {canLoad && (
            <div>
              <Button disabled={isFetching} onClick={() => fetchNextPage()}>
                Show older
              </Button>
            </div>
          )}
        </Section>
      )}
    </Page>
  );
}

/** Those beyond the latest, once they are asked for. */
function useOlder(latest: Operation[] | undefined) {
  const known = new Set(latest?.map(({ id }) => id));
  return useInfiniteQuery({
    queryKey: ['older-operations'],
    queryFn: ({ pageParam, signal }) =>
      client.call('listOperations', {
        query: { limit: 2 * LATEST_OPERATIONS, ...(pageParam && { cursor: pageParam }) },
        signal,
      }),
    initialPageParam: null as string | null,
    getNextPageParam: ({ nextCursor }) => nextCursor,
    select: ({ pages }) => pages.flatMap(({ items }) => items).filter(({ id }) => !known.has(id)),
    enabled: false,
  });
}

function OperationTitle({ operation }: { operation: Operation }) {
  const { text } = useSubject(operation);
  return (
    <Link
      to="/operations/$operationId"
      params={{ operationId: operation.id }}
      className="grid min-w-0 rounded-sm hover:underline"
    >
      <span className="flex min-w-0 font-medium">
        <Name text={text} />
      </span>
      <span className="text-sm text-muted">
        {nameOf(operation)} · started <Time at={operation.startedAt} none="not yet" />
      </span>
    </Link>
  );
}

function FinishedRow({ operation }: { operation: Operation }) {
  const { text } = useSubject(operation);
  const { id, status, errorCount, durationMs, finishedAt } = operation;
  const facts = [
    describeCounts(operation),
    errorCount > 0 && formatUnits(errorCount, 'error'),
    durationMs !== null && formatDuration(durationMs),
  ].filter(Boolean);
  return (
    <li className="border-b last:border-b-0">
      <Link
        to="/operations/$operationId"
        params={{ operationId: id }}
        className="grid grid-cols-[7rem_minmax(0,1fr)_auto] items-baseline gap-x-4 gap-y-0.5 rounded-md px-3 py-3 hover:bg-hover max-sm:grid-cols-[minmax(0,1fr)_auto]"
      >
        <span className="max-sm:order-2">
          <OperationMark status={status} />
        </span>
        <span className="grid min-w-0 max-sm:order-1">
          <span className="flex min-w-0 font-medium">
            <Name text={text} />
          </span>
          <span className="text-sm text-muted">
            {nameOf(operation)} · {facts.join(' · ')}
          </span>
        </span>
        <span className="text-right text-sm whitespace-nowrap text-muted max-sm:order-3 max-sm:col-span-2 max-sm:text-left">
          <Time at={finishedAt} />
        </span>
      </Link>
    </li>
  );
}
