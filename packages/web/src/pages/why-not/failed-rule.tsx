import type { Source } from '@mooring/contract';
import { useQuery } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import { client } from '@/api/client.ts';
import { profilesQuery } from '@/api/queries.ts';
import { FixView } from '@/components/fix.tsx';
import { Name } from '@/components/name.tsx';
import { buttonStyle } from '@/components/ui/button.tsx';
import { formatEstimate } from '@/format/numbers.ts';

/** How many assets of a source fail a rule, with one of them as the example, and the commands that mend it. */
export function FailedRule({
  source,
  rule,
  count,
  isEstimated,
}: {
  source: Source;
  rule: string;
  count: number;
  isEstimated: boolean;
}) {
  const { data: profiles } = useQuery(profilesQuery);
  const { data: example } = useQuery({
    queryKey: ['assets', 'failing', source.id, rule],
    queryFn: async ({ signal }) => {
      const query = { sourceId: source.id, failedRule: rule, limit: 1 };
      return (await client.call('listAssets', { query, signal })).items[0] ?? null;
    },
    staleTime: 30_000,
  });
  const known = profiles?.find(({ name }) => name === source.profile)?.rules.find(({ id }) => id === rule);
  const failure = example?.failedRules.find(failed => failed.rule === rule);
  return (
    <article
      aria-label={`Rule ${rule}`}
      className="grid min-w-0 grid-cols-[minmax(0,1fr)] gap-2.5 border-t pt-4"
    >
      <div className="flex flex-wrap items-center justify-between gap-2">
        <h3 className="font-medium">
          {rule}{' '}
          <span className="font-normal text-muted">
            · {formatEstimate(count, isEstimated)} {count === 1 ? 'asset' : 'assets'}
          </span>
        </h3>
        <Link
          to="/assets"
          search={{ source: source.id, failedRule: rule }}
          className={buttonStyle({ size: 'sm' })}
        >
          Show them
        </Link>
      </div>
      {example && failure && (
        <>
          <p className="max-w-prose text-muted">
            For example{' '}
            <Link
              to="/assets/$assetId"
              params={{ assetId: example.id }}
              search={{ source: source.id, failedRule: rule }}
              className="text-accent hover:underline"
            >
              <Name text={example.name} />
            </Link>
            : {failure.message}
          </p>
          <FixView fix={failure.fix} />
        </>
      )}
      {!failure && known?.fix && <p className="max-w-prose">{known.fix}</p>}
    </article>
  );
}
