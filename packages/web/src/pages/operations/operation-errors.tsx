import { useInfiniteQuery, useMutation } from '@tanstack/react-query';
import { Download } from 'lucide-react';
import { client } from '@/api/client.ts';
import { FullName } from '@/components/name.tsx';
import { Section } from '@/components/page.tsx';
import { ProblemView } from '@/components/problem.tsx';
import { Time } from '@/components/time.tsx';
import { Button, buttonStyle } from '@/components/ui/button.tsx';
import { SkeletonRows } from '@/components/ui/skeleton.tsx';
import { Table, Td, Th } from '@/components/ui/table.tsx';
import { formatUnits } from '@/format/numbers.ts';

const PAGE = 100;

/** What went wrong, item by item, to read and to take along. */
export function OperationErrors({
  operationId,
  count,
  areOthersDone,
}: {
  operationId: string;
  count: number;
  areOthersDone: boolean;
}) {
  const { data, error, refetch, hasNextPage, fetchNextPage, isFetchingNextPage } = useInfiniteQuery({
    queryKey: ['operation-errors', operationId],
    queryFn: ({ pageParam, signal }) =>
      client.call('listOperationErrors', {
        params: { operationId },
        query: { limit: PAGE, ...(pageParam && { cursor: pageParam }) },
        signal,
      }),
    initialPageParam: null as string | null,
    getNextPageParam: ({ nextCursor }) => nextCursor,
  });
  const download = useMutation({ mutationFn: () => downloadErrors(operationId) });
  return (
    <Section
      title={`${formatUnits(count, 'item')} went wrong`}
      about={areOthersDone && 'All other items were processed.'}
      actions={
        <>
          <a href={`/v1/operations/${operationId}/errors.csv`} download className={buttonStyle({})}>
            <Download aria-hidden />
            Download as CSV
          </a>
          <Button disabled={download.isPending} onClick={() => download.mutate()}>
            <Download aria-hidden />
            {download.isPending ? 'Collecting…' : 'Download as JSON'}
          </Button>
        </>
      }
    >
      {(error ?? download.error) && <ProblemView error={error ?? download.error} onRetry={() => refetch()} />}
      {!data && !error && <SkeletonRows rows={3} />}
      {data && (
        <Table label="Items that went wrong">
          <thead>
            <tr>
              <Th>Item</Th>
              <Th>What happened</Th>
              <Th>When</Th>
            </tr>
          </thead>
          <tbody>
            {data.pages
              .flatMap(({ items }) => items)
              .map(({ item, code, message, fix, at }, i) => (
                // biome-ignore lint/suspicious/noArrayIndexKey: the list only grows at its end, and an item may fail twice
                <tr key={i}>
                  <Td className="w-1/3 min-w-40">
                    <FullName text={item} className="text-sm" />
                  </Td>
                  <Td className="min-w-56">
                    {message}
                    {fix && <span className="block text-muted">{fix}</span>}
                    <span className="font-mono text-xs text-muted">{code}</span>
                  </Td>
                  <Td className="text-sm whitespace-nowrap text-muted">
                    <Time at={at} />
                  </Td>
                </tr>
              ))}
          </tbody>
        </Table>
      )}
      {hasNextPage && (
        <div>
          <Button disabled={isFetchingNextPage} onClick={() => fetchNextPage()}>
            Show more
          </Button>
        </div>
      )}
    </Section>
  );
}

async function downloadErrors(operationId: string): Promise<void> {
  const errors = await Array.fromAsync(
    client.pages('listOperationErrors', { params: { operationId }, query: { limit: 1000 } }),
  );
  const url = URL.createObjectURL(new Blob([JSON.stringify(errors, null, 2)], { type: 'application/json' }));
  const link = document.createElement('a');
  link.href = url;
  link.download = `${operationId}-errors.json`;
  link.click();
  URL.revokeObjectURL(url);
}
