import type { IssuedUrls as Issued } from '@mooring/contract';
import { useQuery } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import { issuedUrlsQuery } from '@/api/queries.ts';
import { ProblemView } from '@/components/problem.tsx';
import { Time } from '@/components/time.tsx';
import { SkeletonRows } from '@/components/ui/skeleton.tsx';
import { formatCount, formatUnits } from '@/format/numbers.ts';

/** URLs of a connection that were handed out and still work. */
export function IssuedUrls({ connectionId }: { connectionId: string }) {
  const { data, error, refetch } = useQuery(issuedUrlsQuery(connectionId));
  if (error) return <ProblemView error={error} onRetry={() => refetch()} />;
  if (!data) return <SkeletonRows rows={1} />;
  return <IssuedUrlList issued={data} />;
}

export function IssuedUrlList({ issued: { count, lastEndsAt, items } }: { issued: Issued }) {
  if (count === 0) return <p className="text-muted">None: no signed URL works any more.</p>;
  return (
    <details className="grid">
      <summary className="cursor-pointer rounded-sm">
        {formatUnits(count, 'URL')}; the last ends <Time at={lastEndsAt} />
      </summary>
      <ul className="relative mt-2 grid max-h-60 overflow-y-auto rounded-md border px-3">
        {items.map(({ assetId, key, endsAt }) => (
          <li
            key={`${key} ${assetId} ${endsAt}`}
            className="flex gap-3 border-b py-1.5 text-sm last:border-b-0"
          >
            {assetId === null ? (
              <span className="min-w-0 flex-1 wrap-anywhere">{key} (a test)</span>
            ) : (
              <Link
                to="/assets/$assetId"
                params={{ assetId }}
                className="min-w-0 flex-1 text-accent wrap-anywhere underline"
              >
                {key}
              </Link>
            )}
            <span className="shrink-0 text-muted">
              <Time at={endsAt} />
            </span>
          </li>
        ))}
      </ul>
      {items.length < count && (
        <p className="mt-1 text-sm text-muted">And {formatCount(count - items.length)} that end sooner.</p>
      )}
    </details>
  );
}
