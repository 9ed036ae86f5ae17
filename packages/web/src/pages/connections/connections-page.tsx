import type { Connection } from '@mooring/contract';
import { useQuery } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import { Cable, ListPlus, Plus } from 'lucide-react';
import { connectionsQuery } from '@/api/queries.ts';
import { useMay } from '@/app/use-may.ts';
import { Name } from '@/components/name.tsx';
import { Empty, Page } from '@/components/page.tsx';
import { ProblemView } from '@/components/problem.tsx';
import { ConnectionMark } from '@/components/status.tsx';
import { Time } from '@/components/time.tsx';
import { buttonStyle } from '@/components/ui/button.tsx';
import { SkeletonRows } from '@/components/ui/skeleton.tsx';
import { formatUnits } from '@/format/numbers.ts';
import { KINDS } from '@/kinds.ts';
import { kindOf } from '@/storage-kind.ts';
import { ConnectionHealthList } from './connection-health-list.tsx';
import { wayOf } from './credential/draft.ts';

export function ConnectionsPage() {
  const seesSettings = useMay('connections.read');
  if (seesSettings) return <WithSettings />;
  return (
    <Page title="Connections" about="The storage that the assets come from. Editors see its settings.">
      <ConnectionHealthList />
    </Page>
  );
}

function WithSettings() {
  const { data: connections, error, refetch } = useQuery(connectionsQuery);
  const mayRegister = useMay('sources.change');
  const add = useMay('connections.change') && (
    <Link to="/connections/new" className={buttonStyle({ variant: 'primary' })}>
      <Plus aria-hidden />
      Add connection
    </Link>
  );
  return (
    <Page
      title="Connections"
      about="How Mooring reaches your storage. The data stays in the storage. Mooring keeps only a catalogue of it."
      actions={
        connections &&
        connections.length > 0 && (
          <>
            {mayRegister && (
              <Link to="/register" className={buttonStyle({})}>
                <ListPlus aria-hidden />
                Register a list
              </Link>
            )}
            {add}
          </>
        )
      }
    >
      {error && <ProblemView error={error} onRetry={() => refetch()} />}
      {!connections && !error && <SkeletonRows rows={3} />}
      {connections?.length === 0 && (
        <Empty icon={Cable} title="Connect your first storage account" action={add}>
          <p>
            You need {KINDS.map(({ words }) => words.needs).join('; or ')}. Mooring checks every part of the
            way and says what is missing, with the command that mends it.
          </p>
          <p>{add ? 'It takes about five minutes.' : 'An administrator of the workspace connects it.'}</p>
        </Empty>
      )}
      {connections && connections.length > 0 && (
        <ul className="-mx-3 grid">
          {connections.map(connection => (
            <ConnectionRow key={connection.id} connection={connection} />
          ))}
        </ul>
      )}
    </Page>
  );
}

function ConnectionRow({ connection }: { connection: Connection }) {
  const { id, name, status, statusReason, isSetUp, location, credential, assetCount, lastCheckedAt } =
    connection;
  const kind = kindOf(connection.provider);
  return (
    <li className="border-b last:border-b-0">
      <Link
        to="/connections/$connectionId"
        params={{ connectionId: id }}
        className="grid grid-cols-[minmax(0,1fr)_auto] gap-x-6 gap-y-0.5 rounded-md px-3 py-3.5 hover:bg-hover"
      >
        <span className="truncate font-semibold">{name}</span>
        <ConnectionMark status={status} isSetUp={isSetUp} />
        <span className="flex min-w-0 text-muted">
          <Name text={`${kind.location.name(location)}${location.prefix && ` / ${location.prefix}`}`} />
        </span>
        <span className="text-right text-sm text-muted">{formatUnits(assetCount, 'asset')}</span>
        <span className="col-span-2 text-sm text-muted">
          {wayOf(kind, credential.kind)?.label} · last checked <Time at={lastCheckedAt} />
        </span>
        {statusReason && status !== 'healthy' && (
          <span className="col-span-2 mt-1 line-clamp-2 text-sm break-words">{statusReason}</span>
        )}
      </Link>
    </li>
  );
}
