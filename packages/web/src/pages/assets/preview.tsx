import type { Asset, AssetKind } from '@mooring/contract';
import { useQuery } from '@tanstack/react-query';
import { connectionsQuery } from '@/api/queries.ts';
import { useMay } from '@/app/use-may.ts';
import { KindTile } from './kind-tile.tsx';
import { OriginalPreview } from './original-preview.tsx';
import { ThumbnailPreview } from './thumbnail-preview.tsx';

/** Others have nothing to see. */
const PICTURED: readonly AssetKind[] = ['image', 'video', 'dicom', 'nifti'];
/** How long an answer about the connections holds; how one is read never changes. */
const HOLDS_MS = 10 * 60_000;

interface Props {
  asset: Asset;
  small?: boolean;
  /** How wide the place is, in CSS pixels. */
  widthPx: number;
}

/** What stands for an asset in a list: a small picture of it, or its kind and name. Fills its place. */
export function Preview({ asset, small = false, widthPx }: Props) {
  const seesSettings = useMay('connections.read');
  const { data: connections, isLoading } = useQuery({
    ...connectionsQuery,
    enabled: seesSettings,
    staleTime: HOLDS_MS,
  });
  const isPictured =
    PICTURED.includes(asset.kind) && asset.status === 'present' && asset.archiveState !== 'archived';
  if (!isPictured) return <KindTile asset={asset} small={small} />;
  if (isLoading) return null;
  const connection = connections?.find(({ id }) => id === asset.connectionId);
  return connection?.accessMode === 'client-only' ? (
    <OriginalPreview asset={asset} small={small} />
  ) : (
    <ThumbnailPreview asset={asset} small={small} widthPx={widthPx} />
  );
}
