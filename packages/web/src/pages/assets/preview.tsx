import type { Asset } from '@mooring/contract';
import { ImageOff, Play } from 'lucide-react';
import { useState } from 'react';
import { KINDS } from '@/components/kind.tsx';
import { Name } from '@/components/name.tsx';
import { toProblem } from '@/components/problem.tsx';
import { cn } from '@/components/ui/cn.ts';
import { useSignedUrl } from '@/delivery/browser-urls.ts';
import { NotLoaded } from '@/delivery/not-loaded.ts';
import { extensionOf } from '@/format/names.ts';

/** Larger images would take the connection from all the others; they are shown when opened. */
const MAX_IMAGE_BYTES = 24 * 1024 * 1024;
/** Formats that most browsers do not know; there is no use in fetching them. */
const UNSHOWN = new Set(['TIF', 'TIFF', 'HEIC', 'HEIF', 'JP2', 'DNG', 'CR2', 'NEF', 'ARW', 'PSD', 'EXR']);
/** What scrolls by faster is not asked for. */
const SETTLE_MS = 70;

/** What stands for an asset in a list: the image itself, or its kind and name. Fills its place. */
export function Preview({ asset, small = false }: { asset: Asset; small?: boolean }) {
  const isShown =
    asset.kind === 'image' &&
    asset.status === 'present' &&
    asset.archiveState !== 'archived' &&
    asset.sizeBytes <= MAX_IMAGE_BYTES &&
    !UNSHOWN.has(extensionOf(asset.name));
  return isShown ? <ImagePreview asset={asset} small={small} /> : <KindTile asset={asset} small={small} />;
}

function ImagePreview({ asset, small }: { asset: Asset; small: boolean }) {
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

const TILE =
  'flex size-full flex-col items-center justify-center gap-1 rounded-sm bg-sunken p-2 text-center text-muted ring-1 ring-line ring-inset';

/** A few words that say why there is no picture. */
const toShortReason = (error: unknown): string =>
  error instanceof NotLoaded ? error.short : toProblem(error).title;

/** @param reason why it stands in the place of a picture, where there should be one */
function KindTile({ asset, small, reason }: { asset: Asset; small: boolean; reason?: string }) {
  const { icon: Icon, one } = KINDS[asset.kind];
  if (small) {
    return (
      <span
        title={reason}
        className={cn('grid size-full place-items-center', reason ? 'text-warn' : 'text-muted')}
      >
        {reason ? <ImageOff aria-hidden className="size-4" /> : <Icon aria-hidden className="size-4" />}
      </span>
    );
  }
  if (reason) {
    return (
      <span className={TILE}>
        <ImageOff aria-hidden className="size-6 text-warn" strokeWidth={1.5} />
        <span className="text-xs leading-4 font-medium text-balance text-warn">{reason}</span>
        <Name text={asset.name} className="max-w-full text-xs" />
      </span>
    );
  }
  return (
    <span className={TILE}>
      {asset.kind === 'video' ? (
        <span className="grid size-9 place-items-center rounded-full bg-ink/80 text-page">
          <Play aria-hidden className="ml-0.5 size-4 fill-current" />
        </span>
      ) : (
        <Icon aria-hidden className="size-7" strokeWidth={1.5} />
      )}
      <span className="mt-0.5 text-xs font-medium">{extensionOf(asset.name) || one}</span>
      <Name text={asset.name} className="max-w-full text-xs" />
    </span>
  );
}
