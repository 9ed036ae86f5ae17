import type { Asset } from '@mooring/contract';
import { useState } from 'react';
import { toProblem } from '@/components/problem.tsx';
import { cn } from '@/components/ui/cn.ts';
import { useSignedUrl } from '@/delivery/browser-urls.ts';
import { NotLoaded } from '@/delivery/not-loaded.ts';
import { extensionOf } from '@/format/names.ts';
import { KindTile } from './kind-tile.tsx';

/** Larger images would take the connection from all the others; they are shown when opened. */
const MAX_IMAGE_BYTES = 24 * 1024 * 1024;
/** Formats that most browsers do not know; there is no use in fetching them. */
const UNSHOWN = new Set(['TIF', 'TIFF', 'HEIC', 'HEIF', 'JP2', 'DNG', 'CR2', 'NEF', 'ARW', 'PSD', 'EXR']);
/** What scrolls by faster is not asked for. */
const SETTLE_MS = 70;

interface Props {
  asset: Asset;
  small: boolean;
}

/** The image itself, straight from the storage: for connections whose data the server does not read. */
export function OriginalPreview({ asset, small }: Props) {
  const isShown =
    asset.kind === 'image' && asset.sizeBytes <= MAX_IMAGE_BYTES && !UNSHOWN.has(extensionOf(asset.name));
  return isShown ? <Original asset={asset} small={small} /> : <KindTile asset={asset} small={small} />;
}

function Original({ asset, small }: Props) {
  const { url, attempt, error, onError, onLoad } = useSignedUrl(asset, { delayMs: SETTLE_MS });
  const [shown, setShown] = useState(false);
  if (error) return <KindTile asset={asset} small={small} reason={toShortReason(error)} />;
  if (!url) return null;
  return (
    <img
      key={attempt}
      src={url}
      alt=""
      decoding="async"
      draggable={false}
      onError={onError}
      onLoad={() => {
        setShown(true);
        onLoad();
      }}
      className={cn('size-full object-cover', !shown && 'opacity-0')}
    />
  );
}

/** A few words that say why there is no picture. */
const toShortReason = (error: unknown): string =>
  error instanceof NotLoaded ? error.short : toProblem(error).title;
