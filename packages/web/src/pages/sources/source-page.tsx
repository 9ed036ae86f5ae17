import type { Connection, Source } from '@mooring/contract';
import { useQuery } from '@tanstack/react-query';
import { getRouteApi, Link } from '@tanstack/react-router';
import { ChevronLeft, Images, RefreshCw, Search, Trash2 } from 'lucide-react';
import { useState } from 'react';
import { connectionQuery, sourceQuery } from '@/api/queries.ts';
import { Fact, Facts } from '@/components/facts.tsx';
import { Page, Section } from '@/components/page.tsx';
import { ProblemView } from '@/components/problem.tsx';
import { OperationMark } from '@/components/status.tsx';
import { Time } from '@/components/time.tsx';
import { Button, buttonStyle } from '@/components/ui/button.tsx';
import { SkeletonRows } from '@/components/ui/skeleton.tsx';
import { formatCount } from '@/format/numbers.ts';
import { useSync } from '@/pages/connections/source-list.tsx';
import { OperationActions } from '@/pages/operations/operation-actions.tsx';
import { OperationFailure } from '@/pages/operations/operation-failure.tsx';
import { OperationProgress } from '@/pages/operations/operation-progress.tsx';
import { Feeds } from './feeds.tsx';
import { RecheckButton } from './recheck-button.tsx';
import { RemoveSourceDialog } from './remove-source-dialog.tsx';
import { SourceSettings } from './source-settings.tsx';
import { SourceWarnings } from './source-warnings.tsx';

const route = getRouteApi('/shell/sources/$sourceId');

export function SourcePage() {
  const { sourceId } = route.useParams();
  const { data: source, error, refetch } = useQuery(sourceQuery(sourceId));
  const { data: connection } = useQuery({
    ...connectionQuery(source?.connectionId ?? ''),
    enabled: source !== undefined,
  });
  if (!source || !connection) {
    return (
      <Page title="Source">
        {error ? <ProblemView error={error} onRetry={() => refetch()} /> : <SkeletonRows rows={4} />}
      </Page>
    );
  }
  return <Loaded source={source} connection={connection} />;
}

function Loaded({ source, connection }: { source: Source; connection: Connection }) {
  const { operation, isUnderWay, sync } = useSync(source);
  const [isRemoving, setRemoving] = useState(false);
  const start = (dryRun: boolean) => sync.mutate(dryRun ? { dryRun } : {});
  return (
    <Page
      title={source.container + (source.prefix && ` / ${source.prefix}`)}
      before={
        <Link
          to="/connections/$connectionId"
          params={{ connectionId: connection.id }}
          className="-ml-1 inline-flex min-w-0 items-center gap-0.5 justify-self-start text-sm text-muted hover:text-ink"
        >
          <ChevronLeft aria-hidden className="size-4 shrink-0" />
          {connection.name}
        </Link>
      }
      actions={
        <>
          <Link
            to="/assets"
            search={{ folder: source.folderId }}
            className={buttonStyle({ variant: 'ghost' })}
          >
            <Images aria-hidden />
            Browse
          </Link>
          {source.registeredAs !== null && <RecheckButton source={source} />}
          {!isUnderWay && source.registeredAs === null && (
            <>
              <Button disabled={sync.isPending} onClick={() => start(true)}>
                <Search aria-hidden />
                Dry run
              </Button>
              <Button variant="primary" disabled={sync.isPending} onClick={() => start(false)}>
                <RefreshCw aria-hidden />
                Sync
              </Button>
            </>
          )}
        </>
      }
    >
      {sync.error && <ProblemView error={sync.error} />}
      {operation && <OperationFailure operation={operation} />}
      <SourceWarnings source={source} />
      <Section title="Now">
        {operation && isUnderWay && (
          <>
            <OperationProgress operation={operation} />
            <OperationActions operation={operation} />
          </>
        )}
        <Facts>
          <Fact name="Assets">{formatCount(source.assetCount)}</Fact>
          {source.goneCount > 0 && (
            <Fact name="Gone">
              <Link
                to="/assets"
                search={{ folder: source.folderId, status: 'gone' }}
                className="text-accent underline"
              >
                {formatCount(source.goneCount)}
              </Link>
            </Fact>
          )}
          {source.profile !== 'none' && (
            <Fact name="Profile">
              {source.profile} ·{' '}
              <Link to="/why-not" className="text-accent hover:underline">
                What does not fit?
              </Link>
            </Fact>
          )}
          {source.registeredAs === null ? (
            <Fact name="Synced">
              <Time at={source.lastSyncedAt} none="never" />
            </Fact>
          ) : (
            <Fact name="Registered">
              into the folder “{source.registeredAs}”: a check finds what has changed
            </Fact>
          )}
          {operation && !isUnderWay && (
            <Fact name="Latest run">
              <span className="flex flex-wrap items-center gap-x-3">
                <OperationMark status={operation.status} />
                <Link
                  to="/operations/$operationId"
                  params={{ operationId: operation.id }}
                  className="text-accent hover:underline"
                >
                  {operation.report ? 'What the dry run found' : 'What happened'}
                </Link>
              </span>
            </Fact>
          )}
        </Facts>
      </Section>
      {source.registeredAs === null && (
        <>
          <SourceSettings key={source.id} source={source} connection={connection} />
          <Feeds source={source} connection={connection} />
        </>
      )}
      <Section title="Remove" about="Removes the source and its assets from the catalogue.">
        <div>
          <Button onClick={() => setRemoving(true)}>
            <Trash2 aria-hidden />
            Remove source
          </Button>
        </div>
      </Section>
      <RemoveSourceDialog source={source} open={isRemoving} onOpenChange={setRemoving} />
    </Page>
  );
}
