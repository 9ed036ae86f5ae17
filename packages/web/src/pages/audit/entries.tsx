import type { AuditEntry } from '@mooring/contract';
import { useInfiniteQuery } from '@tanstack/react-query';
import { getRouteApi, Link } from '@tanstack/react-router';
import { auditEntriesQuery } from '@/api/queries.ts';
import { Fact, Facts } from '@/components/facts.tsx';
import { ProblemView } from '@/components/problem.tsx';
import { ShowEarlier } from '@/components/show-earlier.tsx';
import { Time } from '@/components/time.tsx';
import { Badge } from '@/components/ui/badge.tsx';
import { SkeletonRows } from '@/components/ui/skeleton.tsx';
import { formatUnits } from '@/format/numbers.ts';
import { filterOf } from './search.ts';
import { callerOf, wordsOf } from './words.ts';

const route = getRouteApi('/shell/audit');

/** What was done, newest first. */
export function Entries() {
  const search = route.useSearch();
  const list = useInfiniteQuery(auditEntriesQuery(filterOf(search)));
  const { data, error, refetch } = list;
  if (error) return <ProblemView error={error} onRetry={() => refetch()} />;
  if (!data) return <SkeletonRows rows={6} />;
  const entries = data.pages.flatMap(({ items }) => items);
  if (entries.length === 0) return <p className="text-muted">There are no such entries.</p>;
  return (
    <>
      <ol aria-label="Entries" className="grid">
        {entries.map(entry => (
          <Entry key={entry.seq} entry={entry} />
        ))}
      </ol>
      <ShowEarlier of={list} />
    </>
  );
}

const OUTCOMES = { failed: 'failed', refused: 'refused', unknown: 'outcome unknown' };

function Entry({ entry }: { entry: AuditEntry }) {
  const { at, outcome, caller, address } = entry;
  const { who, via } = callerOf(entry);
  return (
    <li className="grid gap-x-4 border-b py-2.5 last:border-b-0 sm:grid-cols-[9rem_14rem_minmax(0,1fr)]">
      <p className="text-sm text-muted">
        <Time at={at} />
      </p>
      <p className="min-w-0">
        {caller.id === null ? (
          <span className="font-medium">{who}</span>
        ) : (
          <Link
            to="/audit"
            search={before => ({ ...before, caller: caller.id! })}
            title="Show what this caller did"
            className="rounded-sm font-medium break-words hover:underline"
          >
            {who}
          </Link>
        )}
        <span className="block text-sm break-words text-muted">
          {via}
          {address && `, from ${address}`}
        </span>
      </p>
      <div className="min-w-0">
        <p className="flex flex-wrap items-center gap-x-2">
          {wordsOf(entry)}
          {outcome !== 'done' && <Badge className="border-bad text-bad">{OUTCOMES[outcome]}</Badge>}
        </p>
        <Subject entry={entry} />
        <More entry={entry} />
      </div>
    </li>
  );
}

function Subject({ entry: { assetIds, subjectId, detail } }: { entry: AuditEntry }) {
  const [assetId, ...others] = assetIds;
  if (assetId !== undefined && others.length === 0) {
    return (
      <Link
        to="/assets/$assetId"
        params={{ assetId }}
        className="rounded-sm font-mono text-xs break-all text-accent underline"
      >
        {assetId}
      </Link>
    );
  }
  if (assetId !== undefined) return <p className="text-sm">{formatUnits(assetIds.length, 'asset')}</p>;
  const name = detail.name ?? detail.key ?? detail.host;
  return (
    <p className="text-sm break-words">
      {name !== undefined && name !== null && <>{String(name)} </>}
      {subjectId && <span className="font-mono text-xs break-all text-muted">{subjectId}</span>}
    </p>
  );
}

/** All else that the entry holds. */
function More({ entry: { seq, action, caller, assetIds, detail, hash } }: { entry: AuditEntry }) {
  return (
    <details className="text-sm">
      <summary className="cursor-pointer rounded-sm text-muted">Entry {seq}</summary>
      <Facts>
        <Fact name="Action">{action}</Fact>
        {caller.id && <Fact name="Caller">{caller.id}</Fact>}
        {caller.sessionId && <Fact name="Session">{caller.sessionId}</Fact>}
        {Object.entries(detail).map(([name, value]) => (
          <Fact key={name} name={name}>
            <span className="break-all">{String(value)}</span>
          </Fact>
        ))}
        {assetIds.length > 1 && (
          <Fact name="Assets">
            <ul className="relative max-h-48 overflow-y-auto font-mono text-xs">
              {assetIds.map(assetId => (
                <li key={assetId}>
                  <Link to="/assets/$assetId" params={{ assetId }} className="text-accent underline">
                    {assetId}
                  </Link>
                </li>
              ))}
            </ul>
          </Fact>
        )}
        <Fact name="Hash">
          <span className="font-mono text-xs break-all">{hash}</span>
        </Fact>
      </Facts>
    </details>
  );
}
