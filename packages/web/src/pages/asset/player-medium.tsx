import type { Asset } from '@mooring/contract';
import { AudioLines } from 'lucide-react';
import { useEffect, useLayoutEffect, useRef } from 'react';
import { useSignedUrl } from '@/delivery/browser-urls.ts';
import { swapSource } from '@/delivery/swap-source.ts';
import { toVisible } from '@/format/names.ts';
import { MediumError } from './medium.tsx';

const STALL_MS = 3000;

/**
 * What a player tells when it waits for data. Chromium asks for a refused range some thirty times before it
 * reports an error, which takes half a minute: after a few seconds of waiting another URL is the better guess.
 */
function useStall(onStall: () => void) {
  const timer = useRef<ReturnType<typeof setTimeout>>(undefined);
  const goOn = () => clearTimeout(timer.current);
  const wait = () => {
    goOn();
    timer.current = setTimeout(onStall, STALL_MS);
  };
  useEffect(() => () => clearTimeout(timer.current), []);
  return { onSeeking: wait, onWaiting: wait, onSeeked: goOn, onCanPlay: goOn, onPlaying: goOn };
}

/** A video or sound in the browser's own player. Its URL is renewed as it plays, and it goes on where it was. */
export function PlayerMedium({ asset }: { asset: Asset }) {
  const { url, attempt, error, onError, onLoad, renew, retry } = useSignedUrl(asset, { keepFresh: true });
  const player = useRef<HTMLVideoElement & HTMLAudioElement>(null);
  // biome-ignore lint/correctness/useExhaustiveDependencies: another attempt loads again, also from the same URL
  useLayoutEffect(() => {
    if (url && player.current) swapSource(player.current, url);
  }, [url, attempt]);

  const stall = useStall(renew);

  if (error) return <MediumError asset={asset} error={error} onRetry={retry} />;
  const props = {
    ref: player,
    controls: true,
    preload: 'metadata',
    onError,
    onLoadedMetadata: onLoad,
    ...stall,
    'aria-label': toVisible(asset.name),
  } as const;
  if (asset.kind === 'video') {
    return <video {...props} playsInline className="size-full bg-black object-contain" />;
  }
  return (
    <div className="grid h-full place-content-center justify-items-center gap-6 p-4">
      <AudioLines aria-hidden className="size-14 text-muted" strokeWidth={1.25} />
      <audio {...props} className="w-[min(28rem,80vw)]" />
    </div>
  );
}
