import { type Asset, type AssetMedia, mediaWords } from '@mooring/contract';
import { useQuery } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import { connectionHealthQuery, sourcesQuery } from '@/api/queries.ts';
import { useMay } from '@/app/use-may.ts';
import { CopyButton } from '@/components/copy.tsx';
import { Fact, Facts } from '@/components/facts.tsx';
import { FixView } from '@/components/fix.tsx';
import { KINDS } from '@/components/kind.tsx';
import { FullName, Name } from '@/components/name.tsx';
import { Time } from '@/components/time.tsx';
import { Warning } from '@/components/warning.tsx';
import { formatBytes, formatUnits } from '@/format/numbers.ts';
import { formatExact } from '@/format/time.ts';
import { useFolderPath } from '@/pages/assets/folders.ts';
import { MakeLink } from '@/pages/links/make-link.tsx';
import { AssetLabels } from './asset-labels.tsx';
import { stableLink } from './stable-link.ts';

const LINK = 'text-accent hover:underline';

export function AssetFacts({ asset }: { asset: Asset }) {
  const { data: connections } = useQuery(connectionHealthQuery);
  const connection = connections?.find(({ id }) => id === asset.connectionId);
  const seesSettings = useMay('connections.read');
  const makesLinks = useMay('links.change');
  const { data: sources } = useQuery(sourcesQuery);
  const source = sources?.find(({ id }) => id === asset.sourceId);
  const folder = useFolderPath(asset.folderId).at(-1);
  return (
    <>
      {asset.status === 'gone' && (
        <Warning>
          Its object has gone from the storage (noticed <Time at={asset.goneAt} />
          ). The asset is kept, so that labels on it in other tools stay valid. It comes back when the object
          comes back.
        </Warning>
      )}
      {asset.status === 'present' && asset.overQuota && (
        <Warning>
          It is over quota: the workspace has more assets than its limit, and this is one of the newest. You
          can still use it; see{' '}
          <Link to="/settings" className="text-accent underline">
            Settings
          </Link>
          .
        </Warning>
      )}
      {asset.status === 'present' && asset.archiveState === 'archived' && (
        <Warning>
          Its object is archived, so it cannot be shown. Restore it in the storage, or move it to another tier
          (this can take hours), then sync again.{' '}
          <Link to="/assets" search={{ archiveState: 'archived' }} className="text-accent underline">
            Show all archived assets
          </Link>
        </Warning>
      )}
      {asset.failedRules.map(({ rule, message, fix }) => (
        <section key={rule} aria-label={`Fails the rule ${rule}`} className="text-sm">
          <Warning>{message}</Warning>
          <FixView fix={fix} />
        </section>
      ))}
      {asset.media?.warnings.map(({ code, message }) => (
        <Warning key={code}>{message}</Warning>
      ))}
      {asset.media?.problem && (
        <Warning>Mooring could not learn what it is. {asset.media.problem.message}</Warning>
      )}
      <Facts>
        <Fact name="Kind">{KINDS[asset.kind].one}</Fact>
        <MediaFacts media={asset.media} />
        <AssetLabels asset={asset} />
        <Fact name="Size">
          {formatBytes(asset.sizeBytes)}
          {asset.sizeBytes >= 1024 && (
            <span className="text-muted"> · {formatUnits(asset.sizeBytes, 'byte')}</span>
          )}
        </Fact>
        <Fact name="Content type">{asset.contentType ?? <span className="text-muted">not stated</span>}</Fact>
        <Fact name="Tier">{asset.tier ?? <span className="text-muted">not stated</span>}</Fact>
        <Fact name="Modified">
          {formatExact(new Date(asset.lastModified))}
          <br />
          <span className="text-muted">
            <Time at={asset.lastModified} />
          </span>
        </Fact>
        <Fact name="Folder">
          {folder && (
            <Link to="/assets" search={{ folder: folder.id }} className={LINK}>
              <Name text={folder.path.join(' / ')} />
            </Link>
          )}
        </Fact>
        <Fact name="Connection">
          {connection && !seesSettings && connection.name}
          {connection && seesSettings && (
            <Link to="/connections/$connectionId" params={{ connectionId: connection.id }} className={LINK}>
              {connection.name}
            </Link>
          )}
        </Fact>
        <Fact name="Source">
          {source && (
            <span className="break-all">
              {source.container}
              {source.prefix && ` / ${source.prefix}`}
            </span>
          )}
        </Fact>
        <Fact long name="Key" action={<CopyButton text={asset.key} what="key" />}>
          <FullName text={asset.key} className="text-sm" />
        </Fact>
        <Fact long name="ETag">
          <span className="font-mono text-xs break-all">{asset.etag}</span>
        </Fact>
        <Fact long name="Id" action={<CopyButton text={asset.id} what="id" />}>
          <span className="font-mono text-xs break-all">{asset.id}</span>
        </Fact>
        <Fact name="Stable link" action={<CopyButton text={stableLink(asset.id)} what="stable link" />}>
          <span className="text-sm text-muted">
            Opens a new short-lived URL for every person who may read the asset.
          </span>
        </Fact>
        {makesLinks && (
          <Fact
            name="For other tools"
            action={<MakeLink scope={{ kind: 'asset', assetId: asset.id }} what="this asset" />}
          >
            <span className="text-sm text-muted">A link that opens the asset without signing in.</span>
          </Fact>
        )}
      </Facts>
    </>
  );
}

/** What its bytes say. */
const MediaFacts = ({ media }: { media: AssetMedia | null }) =>
  media?.facts &&
  mediaWords(media.facts).map(({ name, text }) => (
    <Fact key={name} name={name}>
      <span className="break-words">{text}</span>
    </Fact>
  ));
