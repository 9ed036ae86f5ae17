import type { Asset, SignedUrl } from '@mooring/contract';
import { useCallback, useEffect, useState } from 'react';
import { client } from '@/api/client.ts';
import { notShown, whyNotLoaded } from './not-loaded.ts';
import { createSignedUrls } from './signed-urls.ts';

/** The signed URLs of this page. */
export const signedUrls = createSignedUrls({
  sign: assetIds => client.call('signAssets', { body: { assetIds } }),
  now: Date.now,
  schedule: (run, delayMs) => void setTimeout(run, delayMs),
});

interface State {
  signed: SignedUrl | null;
  /** How often the element has been asked to load. Give it to the element as `key`, so that it tries again. */
  attempt: number;
  /** How often the server has answered, with another URL or the same. */
  answers: number;
  /** Whether the element has failed for good, and the storage is asked why. */
  isAsking: boolean;
  error: unknown;
}

/** After so many the storage is asked why. Where it then gives the bytes, there is one more. */
const ATTEMPTS = 2;
/** Before the same URL is tried again: a storage that was too busy needs a moment. */
const PAUSE_MS = 800;
/** Where the server has no longer-lived URL, or does not answer, it is not asked more often than this. */
const MIN_RENEW_MS = 2000;

const initial = (assetId: string): State => ({
  signed: signedUrls.peek(assetId) ?? null,
  attempt: 1,
  answers: 0,
  isAsking: false,
  error: null,
});

/**
 * A URL to give to an `<img>`, `<video>` or the like, which tells `onError` and `onLoad` how it went. One that
 * fails is replaced, or tried again where the server has no other, once. What then fails becomes `error`: a
 * `NotLoaded` that says why. Use it under the asset's id as `key`.
 * @param delayMs waits before asking, so that what only flies by is never signed
 * @param keepFresh replaces the URL before it expires, for players that go on reading from it
 */
export function useSignedUrl({ id: assetId }: Pick<Asset, 'id'>, { delayMs = 0, keepFresh = false } = {}) {
  const [state, setState] = useState<State>(() => initial(assetId));
  const { signed, attempt, answers, isAsking } = state;
  const url = signed?.url ?? null;

  const take = useCallback(
    (signed: SignedUrl) =>
      setState(before => ({ ...before, signed, answers: before.answers + 1, error: null })),
    [],
  );

  // biome-ignore lint/correctness/useExhaustiveDependencies: each answer, also with the same URL, is followed by another wait
  useEffect(() => {
    if (url !== null && !keepFresh) return;
    let left = false;
    const fail = (error: unknown) =>
      // What has a URL goes on with it; the server may answer the next time.
      setState(before =>
        before.signed === null ? { ...before, error } : { ...before, answers: before.answers + 1 },
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

  useEffect(() => {
    if (!isAsking || signed === null) return;
    const leave = new AbortController();
    const { signal } = leave;
    const fetch = globalThis.fetch.bind(globalThis);
    whyNotLoaded(signed, { fetch, signal }, Date.now).then(
      why =>
        setState(before =>
          // The bytes come: what was in the way may have gone.
          why === null && before.attempt <= ATTEMPTS
            ? { ...before, attempt: before.attempt + 1, isAsking: false }
            : { ...before, error: why ?? notShown(signed.contentType), isAsking: false },
        ),
      (error: unknown) => signal.aborted || setState(before => ({ ...before, error, isAsking: false })),
    );
    return () => leave.abort();
  }, [isAsking, signed]);

  const onError = useCallback(() => {
    if (url === null) return;
    if (attempt >= ATTEMPTS) return setState(before => ({ ...before, isAsking: true }));
    signedUrls.renew(assetId, url).then(
      signed =>
        setTimeout(
          () => setState(before => ({ ...before, signed, attempt: before.attempt + 1 })),
          signed.url === url ? PAUSE_MS : 0,
        ),
      (error: unknown) => setState(before => ({ ...before, error })),
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
  /** Begins anew after an error, with a URL that the server is asked for. */
  const retry = useCallback(() => {
    signedUrls.forget(assetId);
    // Counted as an answer, so that the effect asks again also where there was no URL before.
    setState(before => ({ ...initial(assetId), answers: before.answers + 1 }));
  }, [assetId]);
  return { url, attempt, error: state.error, onError, onLoad, renew, retry };
}
