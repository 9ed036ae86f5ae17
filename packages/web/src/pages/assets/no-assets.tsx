import { useQuery } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import { Cable, FolderSearch, RefreshCw } from 'lucide-react';
import { connectionHealthQuery, sourcesQuery } from '@/api/queries.ts';
import { useMay } from '@/app/use-may.ts';
import { Empty } from '@/components/page.tsx';
import { buttonStyle } from '@/components/ui/button.tsx';
import { type AssetSelection, isFiltered } from './search.ts';

/** Why there is nothing to see, and what brings something. */
export function NoAssets({ selection }: { selection: AssetSelection }) {
  const seesSettings = useMay('connections.read');
  const canConnect = useMay('connections.change');
  const { data: connections } = useQuery(connectionHealthQuery);
  const { data: sources } = useQuery(sourcesQuery);
  if (isFiltered(selection)) {
    const { folder, name } = selection;
    return (
      <Empty
        icon={FolderSearch}
        title="Nothing matches"
        action={
          <Link to="/assets" search={folder ? { folder } : {}} className={buttonStyle({})}>
            Clear the filters
          </Link>
        }
      >
        <p>
          No asset {folder ? 'in this folder ' : ''}matches {name ? 'the words and filters' : 'the filters'}.
        </p>
      </Empty>
    );
  }
  if (!connections || !sources) return null;
  if (!seesSettings || (connections.length === 0 && !canConnect)) {
    return (
      <Empty icon={Cable} title="No assets yet">
        <p>An editor or an administrator of the workspace brings assets in. Then this page shows them.</p>
      </Empty>
    );
  }
  if (connections.length === 0) {
    return (
      <Empty
        icon={Cable}
        title="No storage is connected yet"
        action={
          <Link to="/connections/new" className={buttonStyle({ variant: 'primary' })}>
            Connect a storage account
          </Link>
        }
      >
        <p>
          This page shows images, videos, DICOM and other files straight from your storage. Mooring keeps a
          catalogue of them and copies nothing.
        </p>
      </Empty>
    );
  }
  return (
    <Empty
      icon={RefreshCw}
      title={sources.length === 0 ? 'Nothing is synced yet' : 'No assets here'}
      action={
        <>
          <Link
            to="/connections/$connectionId"
            params={{ connectionId: connections[0]!.id }}
            className={buttonStyle({ variant: 'primary' })}
          >
            Go to {connections.length === 1 ? 'the connection' : 'a connection'}
          </Link>
          <Link to="/register" className={buttonStyle({})}>
            Register a list
          </Link>
        </>
      }
    >
      <p>
        {sources.length === 0
          ? 'There is a connection. Choose what to sync from it, or register a list of objects, and this page shows them.'
          : 'The last sync found no files, or no sync has run. Sync again after you add files.'}
      </p>
    </Empty>
  );
}
