import type { SignedUrl } from '@mooring/contract';
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
  /** How often the element has been asked to load. Give it to the element as `key`, so that it tries again. */
  attempt: number;
  /** How often the server has answered, with another URL or the same. */
  answers: number;
  error: unknown;
}

const MAX_ATTEMPTS = 2;
/** Before the same URL is tried again: a storage that was too busy needs a moment. */
const PAUSE_MS = 800;
/** Where the server has no longer-lived URL, or does not answer, it is not asked more often than this. */
const MIN_RENEW_MS = 2000;

/**
 * A URL to give to an `<img>`, `<video>` or the like, which tells `onError` and `onLoad` how it went. One that
 * fails is replaced, or tried again where the server has no other, once. Use it under the asset's id as `key`.
 * @param delayMs waits before asking, so that what only flies by is never signed
 * @param keepFresh replaces the URL before it expires, for players that go on reading from it
 */
export function useSignedUrl(assetId: string, { delayMs = 0, keepFresh = false } = {}) {
  const [state, setState] = useState<State>(() => ({
    url: signedUrls.peek(assetId)?.url ?? null,
    attempt: 1,
    answers: 0,
    error: null,
  }));
  const { url, attempt, answers } = state;

  const take = useCallback(
    (signed: SignedUrl) =>
      setState(before => ({ ...before, url: signed.url, answers: before.answers + 1, error: null })),
    [],
  );

  // biome-ignore lint/correctness/useExhaustiveDependencies: each answer, also with the same URL, is followed by another wait
  useEffect(() => {
    if (url !== null && !keepFresh) return;
    let left = false;
    const fail = (error: unknown) =>
      // What has a URL goes on with it; the server may answer the next time.
      setState(before =>
        before.url === null ? { ...before, error } : { ...before, answers: before.answers + 1 },
      );
    const ask = () =>
      signedUrls.get(assetId).then(
        signed => left || take(signed),
        (error: unknown) => left || fail(error),
      );
    const delay = url === null ? delayMs : Math.max(MIN_RENEW_MS, signedUrls.renewInMs(assetId));
    const timer = setTimeout(ask, delay);
    return () => {
      left = true;
      clearTimeout(timer);
    };
  }, [assetId, url, answers, delayMs, keepFresh, take]);

  const onError = useCallback(() => {
    if (url === null) return;
    const fail = (error: unknown) => setState(before => ({ ...before, error }));
    if (attempt >= MAX_ATTEMPTS) return fail(new NotShown());
    signedUrls
      .renew(assetId, url)
      .then(
        signed =>
          setTimeout(
            () => setState(before => ({ ...before, url: signed.url, attempt: before.attempt + 1 })),
            signed.url === url ? PAUSE_MS : 0,
          ),
        fail,
      );
  }, [assetId, url, attempt]);

  /** Takes up another URL where the server has one by now. */
  const renew = useCallback(() => {
    if (url === null) return;
    signedUrls.renew(assetId, url).then(take, (error: unknown) => setState(before => ({ ...before, error })));
  }, [assetId, url, take]);

  const onLoad = useCallback(
    () => setState(before => (before.attempt > 1 ? { ...before, attempt: 1 } : before)),
    [],
  );
  return { url, attempt, error: state.error, onError, onLoad, renew };
}
