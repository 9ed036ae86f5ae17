import type { Asset } from '@mooring/contract';
import { useQuery } from '@tanstack/react-query';
import { type ComponentType, lazy, Suspense } from 'react';
import { AudioMedium } from './audio-medium.tsx';
import { ImageMedium } from './image-medium.tsx';
import { MediumError, Unshown } from './unshown.tsx';
import { type Content, knownContent, type Viewer, viewerOf } from './viewer-of.ts';
import { Opening } from './viewers/viewer-bar.tsx';

const VIEWERS: Record<Viewer, ComponentType<{ asset: Asset }>> = {
  image: ImageMedium,
  video: lazy(() => import('./viewers/video/video-viewer.tsx')),
  audio: AudioMedium,
  pdf: lazy(() => import('./viewers/pdf/pdf-viewer.tsx')),
  dicom: lazy(() => import('./viewers/dicom/dicom-viewer.tsx')),
  nifti: lazy(() => import('./viewers/nifti/nifti-viewer.tsx')),
  text: lazy(() => import('./viewers/text/text-viewer.tsx')),
  json: lazy(() => import('./viewers/text/json-viewer.tsx')),
  csv: lazy(() => import('./viewers/table/csv-viewer.tsx')),
  parquet: lazy(() => import('./viewers/table/parquet-viewer.tsx')),
};

/** The asset itself, in the viewer for what its bytes are. Fills its place. */
export function Medium({ asset }: { asset: Asset }) {
  if (asset.status === 'gone') return <Unshown asset={asset}>Its object has gone from the storage.</Unshown>;
  const known = knownContent(asset);
  return known ? <Viewed asset={asset} content={known} /> : <Recognised asset={asset} />;
}

/** Of an asset without facts the first bytes are read, as its name is only a hint. */
function Recognised({ asset }: { asset: Asset }) {
  const { data, error, refetch } = useQuery({
    queryKey: ['asset-content', asset.id, asset.etag],
    queryFn: async ({ signal }) => {
      const { recogniseAsset } = await import('./viewers/recognise-asset.ts');
      return recogniseAsset(asset, signal);
    },
    staleTime: Number.POSITIVE_INFINITY,
    retry: false,
  });
  if (data) return <Viewed asset={asset} content={data} />;
  if (error) return <MediumError asset={asset} error={error} onRetry={() => void refetch()} />;
  return <Opening />;
}

function Viewed({ asset, content }: { asset: Asset; content: Content }) {
  const viewer = viewerOf(content);
  if (viewer === null) {
    return (
      <Unshown asset={asset} canOpen>
        There is no viewer here for {content.mediaType || 'this kind of file'}.
      </Unshown>
    );
  }
  const View = VIEWERS[viewer];
  return (
    <Suspense fallback={<Opening />}>
      <View asset={asset} />
    </Suspense>
  );
}
