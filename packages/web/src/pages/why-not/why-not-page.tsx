import type { Source } from '@mooring/contract';
import { useQuery } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import { BadgeCheck } from 'lucide-react';
import { sourcesQuery } from '@/api/queries.ts';
import { Empty, Page, Section } from '@/components/page.tsx';
import { ProblemView } from '@/components/problem.tsx';
import { buttonStyle } from '@/components/ui/button.tsx';
import { SkeletonRows } from '@/components/ui/skeleton.tsx';
import { formatCount, formatUnits } from '@/format/numbers.ts';
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
  const failing = facets?.facets.profileResult.find(({ value }) => value === 'failing')?.count ?? 0;
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
          {failing === 0
            ? `All ${formatUnits(facets.total, 'asset')} fit, as far as is known.`
            : `${facets.estimated ? 'About ' : ''}${formatCount(failing)} of ${formatUnits(facets.total, 'asset')} ${failing === 1 ? 'does' : 'do'} not fit.`}
          {source.judging && ' The assets are being judged now.'}
        </p>
      )}
      {rules.map(({ value, count }) => (
        <FailedRule key={value} source={source} rule={value} count={count} />
      ))}
    </Section>
  );
}
