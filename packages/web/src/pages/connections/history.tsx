import type { ConnectionEvent } from '@mooring/contract';
import { useInfiniteQuery } from '@tanstack/react-query';
import { connectionEventsQuery } from '@/api/queries.ts';
import { ProblemView } from '@/components/problem.tsx';
import { Sentence } from '@/components/sentence.tsx';
import { ShowEarlier } from '@/components/show-earlier.tsx';
import { ConnectionMark } from '@/components/status.tsx';
import { Time } from '@/components/time.tsx';
import { SkeletonRows } from '@/components/ui/skeleton.tsx';

const WORDS: Record<Exclude<ConnectionEvent['kind'], 'status-changed'>, string> = {
  created: 'Added',
  renamed: 'Renamed',
  moved: 'Moved',
  'credential-replaced': 'Credential replaced',
  'ownership-proven': 'Ownership proven',
  unlinked: 'Unlinked',
  'linked-again': 'Linked again',
  warning: 'Warning',
};

/** What happened to a connection, newest first. */
export function History({ connectionId }: { connectionId: string }) {
  const list = useInfiniteQuery(connectionEventsQuery(connectionId));
  const { data, error, refetch } = list;
  if (error) return <ProblemView error={error} onRetry={() => refetch()} />;
  if (!data) return <SkeletonRows rows={3} />;
  const events = data.pages.flatMap(({ items }) => items);
  if (events.length === 0) return <p className="text-muted">Nothing has happened yet.</p>;
  return (
    <>
      <ol aria-label="History" className="grid">
        {events.map(event => (
          <li
            key={`${event.at} ${event.kind} ${event.detail}`}
            className="grid gap-x-4 border-b py-2.5 last:border-b-0 sm:grid-cols-[9rem_minmax(0,1fr)]"
          >
            <p className="text-sm text-muted">
              <Time at={event.at} />
              <br className="max-sm:hidden" />
              <span className="sm:hidden"> · </span>
              {event.by ?? 'Mooring'}
            </p>
            <div className="min-w-0">
              {event.kind === 'status-changed' ? (
                <ConnectionMark status={event.status} />
              ) : (
                <p className="font-medium">{WORDS[event.kind]}</p>
              )}
              {event.detail && (
                <p className="break-words">
                  <Sentence text={event.detail} />
                </p>
              )}
            </div>
          </li>
        ))}
      </ol>
      <ShowEarlier of={list} />
    </>
  );
}
