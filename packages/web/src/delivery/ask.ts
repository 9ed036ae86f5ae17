/** What asking needs of the browser. */
export interface Asking {
  fetch: typeof globalThis.fetch;
  signal: AbortSignal;
}

/** Why there is no answer that a page may read: nothing answers, not in time, or the page may not read it (CORS). */
export type Unanswered = 'unreachable' | 'timeout' | 'not-allowed';

/** How long an answer may take: to begin, or with what is read of it. */
export const TIMEOUT_SECONDS = 10;

/**
 * Asks a storage, past the browser's cache. Browsers do not say why a request failed, so where one fails another is
 * sent whose answer cannot be read: one that comes shows that only CORS is in the way. A request is sent twice before, as
 * any can fail once, where a connection ends as it is sent.
 * @param read takes of the answer what has to come in time too; it may be the whole although a range was asked for
 * @throws the signal's reason
 */
export async function ask<T>(
  url: string,
  headers: Record<string, string>,
  { fetch, signal }: Asking,
  read: (answer: Response) => T | Promise<T>,
): Promise<T | Unanswered> {
  let hasBegun = false;
  const send = async <R>(init: RequestInit, take: (answer: Response) => R | Promise<R>) => {
    const late = new AbortController();
    const timer = setTimeout(() => late.abort(new DOMException('', 'TimeoutError')), TIMEOUT_SECONDS * 1000);
    const request = { cache: 'no-store', credentials: 'omit', ...init } as const;
    try {
      return await take(await fetch(url, { ...request, signal: AbortSignal.any([signal, late.signal]) }));
    } finally {
      clearTimeout(timer);
    }
  };
  const { range, ...others } = headers;
  // Browsers take no range of an object that is stored compressed (`Content-Encoding`), but the whole.
  for (const asked of range === undefined ? [headers, headers] : [headers, headers, others]) {
    try {
      return await send({ headers: asked }, answer => {
        hasBegun = true;
        return read(answer);
      });
    } catch (error) {
      signal.throwIfAborted();
      if (isTimeout(error)) return 'timeout';
      if (hasBegun) return 'unreachable';
    }
  }
  try {
    await send({ mode: 'no-cors' }, () => {});
    return 'not-allowed';
  } catch (error) {
    signal.throwIfAborted();
    return isTimeout(error) ? 'timeout' : 'unreachable';
  }
}

const isTimeout = (error: unknown): boolean => error instanceof DOMException && error.name === 'TimeoutError';
