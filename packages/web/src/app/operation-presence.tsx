import { isFinished, OPERATION_KINDS, type Operation } from '@mooring/contract';
import { useQuery, useQueryClient } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import { LoaderCircle } from 'lucide-react';
import { useEffect, useRef } from 'react';
import { operationsQuery } from '@/api/queries.ts';
import { useMay } from '@/app/use-may.ts';
import { Progress } from '@/components/ui/progress.tsx';
import { toast } from '@/components/ui/toast.tsx';
import { formatCount, formatShare } from '@/format/numbers.ts';
import { describeEnd } from '@/pages/operations/words.ts';

const BUSY_MS = 2000;
const IDLE_MS = 8000;
/** How often lists of assets are fetched again while a sync changes them. */
const REFRESH_MS = 10_000;

const underWay = (operations: readonly Operation[]) => operations.filter(o => !isFinished(o.status));

/** The operations that have not finished, kept up to date on every page. */
export function useUnderWay(): Operation[] {
  const enabled = useMay('operations.see');
  const { data = [] } = useQuery({
    ...operationsQuery,
    enabled,
    refetchInterval: ({ state }) => (underWay(state.data ?? []).length > 0 ? BUSY_MS : IDLE_MS),
  });
  return underWay(data);
}

/** Says when an operation ends, and fetches again what it has changed. */
export function useOperationEnds(): void {
  const queryClient = useQueryClient();
  const enabled = useMay('operations.see');
  const { data } = useQuery({ ...operationsQuery, enabled });
  /** Those that had finished when they were last looked at; null before the first look. */
  const finished = useRef<Set<string>>(null);
  useEffect(() => {
    if (!data) return;
    const before = finished.current;
    finished.current = new Set(data.filter(({ status }) => isFinished(status)).map(({ id }) => id));
    const ended = data.filter(({ id }) => before && finished.current?.has(id) && !before.has(id));
    for (const operation of ended.filter(isNews)) toast(...describeEnd(operation));
    if (ended.length > 0) void refreshData(queryClient);
  }, [data, queryClient]);

  const isBusy = underWay(data ?? []).length > 0;
  useEffect(() => {
    if (!isBusy) return;
    const timer = setInterval(() => void refreshData(queryClient), REFRESH_MS);
    return () => clearInterval(timer);
  }, [isBusy, queryClient]);
}

/** A probe mostly starts by itself after a sync: that it is done is no news. */
const isNews = ({ kind, status }: Operation) => kind !== 'probe' || status === 'failed';

const refreshData = (queryClient: ReturnType<typeof useQueryClient>) =>
  Promise.all(
    ['sources', 'connections', 'folders', 'assets', 'asset', 'datasets'].map(key =>
      queryClient.invalidateQueries({ queryKey: [key] }),
    ),
  );

/** What is going on, small, at the foot of the rail. */
export function OperationPresence() {
  const operations = useUnderWay();
  const first = operations[0];
  if (!first) return null;
  const label = operations.length > 1 ? `${operations.length} operations` : OPERATION_KINDS[first.kind].doing;
  const link = operations.length > 1 ? { to: '/operations' as const } : null;
  const content = (
    <>
      <span className="flex items-center gap-2 text-sm">
        <LoaderCircle
          aria-hidden
          className="size-4 shrink-0 animate-spin text-accent motion-reduce:animate-none"
        />
        <span className="min-w-0 flex-1 truncate font-medium">{label}</span>
        <span className="text-xs text-muted">{progressWord(first)}</span>
      </span>
      <Progress label={label} done={first.done} total={first.total} />
    </>
  );
  const className = 'grid gap-2 rounded-md px-2.5 py-2 hover:bg-hover';
  return link ? (
    <Link {...link} className={className}>
      {content}
    </Link>
  ) : (
    <Link to="/operations/$operationId" params={{ operationId: first.id }} className={className}>
      {content}
    </Link>
  );
}

const progressWord = ({ done, total }: Operation): string =>
  total === null ? formatCount(done) : formatShare(done, total);
