import type { DatasetMember, DatasetVersion } from '@mooring/contract';
import { useInfiniteQuery } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import { Section } from '@/components/page.tsx';
import { ProblemView } from '@/components/problem.tsx';
import { Button } from '@/components/ui/button.tsx';
import { SkeletonRows } from '@/components/ui/skeleton.tsx';
import { Table, Td, Th } from '@/components/ui/table.tsx';
import { toVisible } from '@/format/names.ts';
import { formatBytes } from '@/format/numbers.ts';
import { membersQuery } from './queries.ts';

const NOW_WORDS: Record<DatasetMember['now'], string> = {
  same: 'the same',
  changed: 'changed since',
  gone: 'gone since',
};

/** The members of a version, as they were. */
export function Members({ datasetId, version: { version } }: { datasetId: string; version: DatasetVersion }) {
  const members = useInfiniteQuery(membersQuery(datasetId, version));
  const items = members.data?.pages.flatMap(page => page.items) ?? [];
  return (
    <Section title={`Members of version ${version}`} about="As they were when the version was made.">
      {members.error && <ProblemView error={members.error} onRetry={() => members.refetch()} />}
      {members.isPending && <SkeletonRows rows={5} />}
      {members.isSuccess && items.length === 0 && <p className="text-muted">It has no members.</p>}
      {items.length > 0 && (
        <Table label={`Members of version ${version}`}>
          <thead>
            <tr>
              <Th>Asset</Th>
              <Th>Split</Th>
              <Th className="text-right">Size</Th>
              <Th>Its object is</Th>
            </tr>
          </thead>
          <tbody>
            {items.map(({ assetId, key, split, sizeBytes, now }) => (
              <tr key={assetId}>
                <Td className="min-w-40 break-all">
                  <Link to="/assets/$assetId" params={{ assetId }} className="text-accent hover:underline">
                    {toVisible(key)}
                  </Link>
                </Td>
                <Td className="text-muted">{split ?? '–'}</Td>
                <Td className="text-right whitespace-nowrap text-muted">{formatBytes(sizeBytes)}</Td>
                <Td className="whitespace-nowrap text-muted">{NOW_WORDS[now]}</Td>
              </tr>
            ))}
          </tbody>
        </Table>
      )}
      {members.hasNextPage && (
        <Button
          className="justify-self-start"
          disabled={members.isFetchingNextPage}
          onClick={() => void members.fetchNextPage()}
        >
          Show more
        </Button>
      )}
    </Section>
  );
}
