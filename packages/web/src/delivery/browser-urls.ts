import { useCallback, useEffect, useState } from 'react';
import { client } from '@/api/client.ts';
import { createSignedUrls } from './signed-urls.ts';

/** The signed URLs of this page. */
export const signedUrls = createSignedUrls({
  sign: assetIds => client.call('signAssets', { body: { assetIds } }),
  now: Date.now,
  schedule: (run, delayMs) => void setTimeout(run, delayMs),
});

/** The browser could not show what the URL gave it, though the URL was fresh. */
export class NotShown extends Error {
  override readonly name = 'NotShown';
}

interface State {
  url: string | null;
  error: unknown;
  /** Whether the URL has already been replaced once since the element last showed something. */
  replaced: boolean;
}
const NOTHING: State = { url: null, error: null, replaced: false };

/**
 * A URL to give to an `<img>`, `<video>` or the like, which tells `onError` and `onLoad` how it went: a URL
 * that fails is replaced once. Give the element that uses it the asset's id as `key`.
 * @param delayMs waits before asking, so that what only flies by is never signed
 * @param keepFresh replaces the URL before it expires, for players that go on reading from it
 */
export function useSignedUrl(assetId: string, { delayMs = 0, keepFresh = false } = {}) {
  const [state, setState] = useState<State>(() => ({
    ...NOTHING,
    url: signedUrls.peek(assetId)?.url ?? null,
  }));
  const { url } = state;

  useEffect(() => {
    if (url !== null && !keepFresh) return;
    let left = false;
    const ask = () =>
      signedUrls.get(assetId).then(
        signed => left || setState(before => ({ ...before, url: signed.url, error: null })),
        (error: unknown) => left || setState(before => (before.url === null ? { ...before, error } : before)),
      );
    const timer = setTimeout(ask, url === null ? delayMs : signedUrls.renewInMs(assetId));
    return () => {
      left = true;
      clearTimeout(timer);
    };
  }, [assetId, url, delayMs, keepFresh]);

  const onError = useCallback(() => {
    if (url === null) return;
    const fail = (error: unknown) => setState(before => ({ ...before, error }));
    if (state.replaced) return fail(new NotShown());
    setState(before => ({ ...before, replaced: true }));
    signedUrls.renew(assetId, url).then(signed => {
      // The server had no other: what failed was not the URL.
      if (signed.url === url) fail(new NotShown());
      else setState({ url: signed.url, error: null, replaced: true });
    }, fail);
  }, [assetId, url, state.replaced]);

  const onLoad = useCallback(
    () => setState(before => (before.replaced ? { ...before, replaced: false } : before)),
    [],
  );
  return { url, error: state.error, onError, onLoad };
}
