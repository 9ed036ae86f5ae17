import type { Source } from '@mooring/contract';
import { useQuery } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import { workspaceQuery } from '@/api/queries.ts';
import { Sentence } from '@/components/sentence.tsx';
import { Warning } from '@/components/warning.tsx';
import { formatCount, formatUnits } from '@/format/numbers.ts';

/** What keeps a source from being synced by itself, or its assets from counting. */
export function SourceWarnings({ source }: { source: Source }) {
  const { data: workspace } = useQuery(workspaceQuery);
  return (
    <>
      {source.syncHeld && (
        <Warning>
          It does not sync by schedule: <Sentence text={source.syncHeld} />
        </Warning>
      )}
      {workspace && workspace.maxAssets !== null && workspace.overQuotaCount > 0 && (
        <Warning>
          {formatUnits(workspace.overQuotaCount, 'asset')} of this workspace, the newest of all its sources,{' '}
          {workspace.overQuotaCount === 1 ? 'is' : 'are'} over the quota of {formatCount(workspace.maxAssets)}
          . They are kept and marked; see{' '}
          <Link to="/settings" className="text-accent underline">
            Settings
          </Link>
          .
        </Warning>
      )}
    </>
  );
}
