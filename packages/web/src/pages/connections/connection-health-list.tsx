import { useQuery } from '@tanstack/react-query';
import { connectionHealthQuery } from '@/api/queries.ts';
import { ProblemView } from '@/components/problem.tsx';
import { ConnectionMark } from '@/components/status.tsx';
import { SkeletonRows } from '@/components/ui/skeleton.tsx';

/** Names of connections and whether they work, for people who may not see their settings. */
export function ConnectionHealthList() {
  const { data: connections, error, refetch } = useQuery(connectionHealthQuery);
  if (error) return <ProblemView error={error} onRetry={() => refetch()} />;
  if (!connections) return <SkeletonRows rows={2} />;
  if (connections.length === 0) return <p className="text-muted">There are none yet.</p>;
  return (
    <ul className="grid" aria-label="Connections">
      {connections.map(({ id, name, status }) => (
        <li key={id} className="flex items-center justify-between gap-4 border-b py-3 last:border-b-0">
          <span className="min-w-0 font-semibold break-words">{name}</span>
          <ConnectionMark status={status} />
        </li>
      ))}
    </ul>
  );
}
