import type { AssetFacets, Source } from '@mooring/contract';
import { useQuery } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import { BadgeCheck } from 'lucide-react';
import { sourcesQuery } from '@/api/queries.ts';
import { Empty, Page, Section } from '@/components/page.tsx';
import { ProblemView } from '@/components/problem.tsx';
import { buttonStyle } from '@/components/ui/button.tsx';
import { SkeletonRows } from '@/components/ui/skeleton.tsx';
import { formatCount, formatEstimate, formatUnits } from '@/format/numbers.ts';
import { useFacets } from '@/pages/assets/asset-list.ts';
import { FailedRule } from './failed-rule.tsx';

/** Assets that do not fit the profiles of their sources, by the rule that they fail, and how to mend them. */
export function WhyNotPage() {
  const { data: sources, error, refetch } = useQuery(sourcesQuery);
  const judged = sources?.filter(({ profile }) => profile !== 'none');
  return (
    <Page
      title="Why not?"
      about="Assets that do not fit the profile of their source, by the rule that they fail. They stay in the catalogue."
    >
      {error && <ProblemView error={error} onRetry={() => refetch()} />}
      {!judged && !error && <SkeletonRows rows={4} />}
      {judged?.length === 0 && (
        <Empty icon={BadgeCheck} title="No source has a profile">
          <p>
            A profile says what assets must meet, such as a codec that browsers play. Choose one in the
            settings of a source.
          </p>
        </Empty>
      )}
      {judged?.map(source => (
        <SourceFailures key={source.id} source={source} />
      ))}
    </Page>
  );
}

function SourceFailures({ source }: { source: Source }) {
  const selection = { source: source.id };
  const { data: facets, error, refetch } = useFacets(selection, true);
  const rules = facets?.facets.failedRule ?? [];
  return (
    <Section
      title={source.container + (source.prefix && ` / ${source.prefix}`)}
      actions={
        <Link
          to="/sources/$sourceId"
          params={{ sourceId: source.id }}
          className={buttonStyle({ size: 'sm' })}
        >
          Profile {source.profile}
        </Link>
      }
    >
      {error && <ProblemView error={error} onRetry={() => refetch()} />}
      {!facets && !error && <SkeletonRows rows={2} />}
      {facets && (
        <p className="text-muted">
          {howManyFail(facets)}
          {source.judging && ' The assets are being judged now.'}
        </p>
      )}
      {rules.map(({ value, count }) => (
        <FailedRule
          key={value}
          source={source}
          rule={value}
          count={count}
          isEstimated={facets?.estimated ?? false}
        />
      ))}
    </Section>
  );
}

function howManyFail({ total, estimated, facets }: AssetFacets): string {
  const failing = facets.profileResult.find(({ value }) => value === 'failing')?.count ?? 0;
  if (failing === 0 && estimated)
    return `All assets of a sample fit. There are ${formatEstimate(total, true)}.`;
  if (failing === 0) return `All ${formatUnits(total, 'asset')} fit, as far as is known.`;
  const assets = `${formatEstimate(total, estimated)} ${total === 1 ? 'asset' : 'assets'}`;
  return `${estimated ? 'About ' : ''}${formatCount(failing)} of ${assets} ${failing === 1 ? 'does' : 'do'} not fit.`;
}
