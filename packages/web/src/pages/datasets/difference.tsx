import type { DatasetChange, DatasetVersion } from '@mooring/contract';
import { useInfiniteQuery, useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { Section } from '@/components/page.tsx';
import { ProblemView } from '@/components/problem.tsx';
import { Button } from '@/components/ui/button.tsx';
import { Select } from '@/components/ui/input.tsx';
import { Table, Td, Th } from '@/components/ui/table.tsx';
import { toVisible } from '@/format/names.ts';
import { formatBytes, formatCount } from '@/format/numbers.ts';
import { changesQuery, differenceQuery } from './queries.ts';
import { changeWords } from './words.ts';

const MOST_CHOICES = 50;
const WHAT_WORDS = { content: 'its content', facts: 'what is known of it', split: 'its split' };

/** What is different from an earlier version. */
export function Difference({
  datasetId,
  version: { version },
}: {
  datasetId: string;
  version: DatasetVersion;
}) {
  const [from, setFrom] = useState(version - 1);
  const difference = useQuery(differenceQuery(datasetId, version, from));
  const changes = useInfiniteQuery({ ...changesQuery(datasetId, version, from), enabled: version > 1 });
  if (version === 1) return null;
  const items = changes.data?.pages.flatMap(page => page.items) ?? [];
  const earlier = Array.from({ length: Math.min(MOST_CHOICES, version - 1) }, (_, at) => version - 1 - at);
  const error = difference.error ?? changes.error;
  return (
    <Section
      title={`What is new in version ${version}`}
      actions={
        <span className="flex items-center gap-2 text-sm text-muted">
          Against
          <Select
            aria-label="Earlier version"
            className="w-auto"
            value={from}
            onChange={event => setFrom(Number(event.target.value))}
          >
            {earlier.map(number => (
              <option key={number} value={number}>
                version {number}
              </option>
            ))}
          </Select>
        </span>
      }
    >
      {error && <ProblemView error={error} />}
      {difference.data && (
        <p>
          {changeWords(difference.data)}
          <span className="text-muted"> · {formatCount(difference.data.same)} the same</span>
        </p>
      )}
      {items.length > 0 && (
        <Table label={`Changes from version ${from} to version ${version}`}>
          <thead>
            <tr>
              <Th>Change</Th>
              <Th>Asset</Th>
              <Th>What</Th>
            </tr>
          </thead>
          <tbody>
            {items.map(change => (
              <tr key={change.assetId}>
                <Td>{change.change}</Td>
                <Td className="min-w-40 break-all">{toVisible(change.key)}</Td>
                <Td className="text-muted">{whatWords(change)}</Td>
              </tr>
            ))}
          </tbody>
        </Table>
      )}
      {changes.hasNextPage && (
        <Button
          className="justify-self-start"
          disabled={changes.isFetchingNextPage}
          onClick={() => void changes.fetchNextPage()}
        >
          Show more
        </Button>
      )}
    </Section>
  );
}

function whatWords({ change, what, before, after }: DatasetChange): string {
  if (change !== 'changed') return formatBytes((after ?? before)!.sizeBytes);
  const words = what.map(part => WHAT_WORDS[part]).join(', ');
  if (before && after && before.sizeBytes !== after.sizeBytes)
    return `${words}: ${formatBytes(before.sizeBytes)} → ${formatBytes(after.sizeBytes)}`;
  return words;
}
