import type { Asset } from '@mooring/contract';
import { useEffect, useState } from 'react';
import { toProblem } from '@/components/problem.tsx';
import { cn } from '@/components/ui/cn.ts';
import { thumbnailUrl, whyNoThumbnail } from '@/delivery/thumbnails.ts';
import { KindTile, PlayMark } from './kind-tile.tsx';
import { OriginalPreview } from './original-preview.tsx';

/** What scrolls by faster is not asked for. */
const SETTLE_MS = 70;

interface Props {
  asset: Asset;
  small: boolean;
  /** How wide the place is, in CSS pixels. */
  widthPx: number;
}

/** The thumbnail that the server makes. Where it makes none, the tile says why. */
export function ThumbnailPreview({ asset, small, widthPx }: Props) {
  const url = thumbnailUrl(asset, widthPx * devicePixelRatio);
  const [state, setState] = useState({ isWanted: false, isShown: false, isAsking: false, attempt: 1 });
  const [error, setError] = useState<unknown>(null);
  const { isWanted, isShown, isAsking, attempt } = state;

  useEffect(() => {
    const timer = setTimeout(() => setState(before => ({ ...before, isWanted: true })), SETTLE_MS);
    return () => clearTimeout(timer);
  }, []);

  useEffect(() => {
    if (!isAsking) return;
    const leave = new AbortController();
    whyNoThumbnail(asset, attempt, leave.signal).then(
      error =>
        error === null
          ? setState(before => ({ ...before, isAsking: false, attempt: before.attempt + 1 }))
          : setError(error),
      (error: unknown) => leave.signal.aborted || setError(error),
    );
    return () => leave.abort();
  }, [asset, isAsking, attempt]);

  // The server reads no data of a client-only connection, whose settings not everyone sees: then the browser reads.
  if (error && toProblem(error).code === 'conflict') return <OriginalPreview asset={asset} small={small} />;
  if (error) return <KindTile asset={asset} small={small} reason={toProblem(error).title} />;
  if (!isWanted) return null;
  return (
    <span className="relative block size-full">
      <img
        key={attempt}
        ref={stopWhenRemoved}
        src={url}
        alt=""
        decoding="async"
        draggable={false}
        onError={() => setState(before => ({ ...before, isAsking: true }))}
        onLoad={() => setState(before => ({ ...before, isShown: true }))}
        className={cn('size-full object-cover', !isShown && 'opacity-0')}
      />
      {asset.kind === 'video' && isShown && !small && <PlayMark className="absolute right-1.5 bottom-1.5" />}
    </span>
  );
}

/** Browsers go on loading pictures that have left the page. The server is then free for those in view. */
const stopWhenRemoved = (image: HTMLImageElement) => () =>
  queueMicrotask(() => {
    if (!image.isConnected) image.removeAttribute('src');
  });
