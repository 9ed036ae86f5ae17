import type { Asset } from '@mooring/contract';
import { useLayoutEffect, useRef } from 'react';
import { useSignedUrl } from '@/delivery/browser-urls.ts';
import { swapSource } from '@/delivery/swap-source.ts';
import { toVisible } from '@/format/names.ts';
import { useStall } from './use-stall.ts';

/**
 * The browser's own player of a video or sound. Its URL is renewed as it plays, and it goes on where it was.
 * Give `props` to the `<video>` or `<audio>`.
 */
export function usePlayer<E extends HTMLMediaElement>(asset: Asset) {
  const { url, attempt, error, onError, onLoad, renew, retry } = useSignedUrl(asset, { keepFresh: true });
  const player = useRef<E>(null);
  // biome-ignore lint/correctness/useExhaustiveDependencies: another attempt loads again, also from the same URL
  useLayoutEffect(() => {
    if (url && player.current) swapSource(player.current, url);
  }, [url, attempt]);
  const stall = useStall(renew);
  const props = {
    ref: player,
    controls: true,
    preload: 'metadata',
    onError,
    onLoadedMetadata: onLoad,
    ...stall,
    'aria-label': toVisible(asset.name),
  } as const;
  return { player, props, error, retry };
}
