import type { Connection, SourcePreview } from '@mooring/contract';
import { keepPreviousData, useQuery } from '@tanstack/react-query';
import { client } from '@/api/client.ts';
import { Name } from '@/components/name.tsx';
import { ProblemView } from '@/components/problem.tsx';
import { cn } from '@/components/ui/cn.ts';
import { formatCount, formatUnits } from '@/format/numbers.ts';
import { filtersOf, type SourceDraft } from './source-draft.ts';
import { useSettled } from './use-settled.ts';

const SHOWN = 5;

/** What would be synced, from the first pages of a listing: how much, and some of the names. */
export function SourceEstimate({
  connection: { id },
  prefix,
  value,
}: {
  connection: Connection;
  prefix: string;
  value: SourceDraft;
}) {
  const wanted = JSON.stringify({ prefix, filters: filtersOf(value) });
  const settled = useSettled(wanted);
  const { data, error, refetch, isPlaceholderData } = useQuery({
    queryKey: ['source-preview', id, settled],
    queryFn: ({ signal }) => {
      const { prefix, filters } = JSON.parse(settled) as {
        prefix: string;
        filters: ReturnType<typeof filtersOf>;
      };
      return client.call('previewSource', { body: { connectionId: id, prefix, filters }, signal });
    },
    placeholderData: keepPreviousData,
    staleTime: 30_000,
    retry: false,
  });
  // Of what was chosen before: it stays in sight until the answer is there.
  const isStale = wanted !== settled || isPlaceholderData;
  if (error) return <ProblemView error={error} onRetry={() => void refetch()} />;
  return (
    <div aria-busy={isStale} className={cn('grid gap-2', isStale && 'opacity-50')}>
      <p role="status" className="min-h-5.5">
        {data ? <Words preview={data} /> : <span className="text-muted">Looking at the first objects…</span>}
      </p>
      {data && data.excluded > 0 && (
        <div className="grid gap-x-6 gap-y-3 text-sm sm:grid-cols-2">
          <Samples title="Synced, for example" keys={data.samples.included} />
          <Samples title="Left out, for example" keys={data.samples.excluded} />
        </div>
      )}
    </div>
  );
}

function Words({ preview: { listed, included, excluded, complete } }: { preview: SourcePreview }) {
  const left = excluded > 0 && <span className="text-muted">, {formatCount(excluded)} left out</span>;
  if (listed === 0)
    return complete ? 'There are no objects yet.' : 'Nothing was found among the first objects.';
  if (complete) {
    return (
      <>
        <strong className="font-semibold">{formatUnits(included, 'object')}</strong> would be synced{left}.
      </>
    );
  }
  return (
    <>
      At least <strong className="font-semibold">{formatUnits(included, 'object')}</strong> would be synced
      <span className="text-muted">, of the first {formatCount(listed)}</span>
      {left}. There are more objects: the sync counts them all.
    </>
  );
}

function Samples({ title, keys }: { title: string; keys: readonly string[] }) {
  if (keys.length === 0) return null;
  return (
    <div className="min-w-0">
      <h3 className="text-muted">{title}</h3>
      <ul>
        {keys.slice(0, SHOWN).map(key => (
          <li key={key} className="flex min-w-0">
            <Name text={key} />
          </li>
        ))}
      </ul>
    </div>
  );
}
