import { ProviderError } from '@mooring/storage/server';

const MOST_AT_ONCE = 32;
const AT_ONCE_AT_FIRST = 8;
/** One overload fails many requests: only the first of them counts. */
const HALVE_AGAIN_AFTER_MS = 1000;

/**
 * Lets so many requests through at once as the storage bears: twice as many with each round trip, until it first
 * says that it is too much; half as many then, and slowly more again. Waits as long as the storage asks.
 */
export function createGate({ now = () => performance.now(), most = MOST_AT_ONCE } = {}) {
  let limit = Math.min(AT_ONCE_AT_FIRST, most);
  let probing = true;
  let halvedAt = Number.NEGATIVE_INFINITY;
  let closedUntil = 0;
  let under = 0;
  let opening: NodeJS.Timeout | undefined;
  /** Those that wait, the first first. */
  const waiting = new Set<() => void>();

  function letIn(): void {
    const closedMs = closedUntil - now();
    if (closedMs > 0) {
      if (waiting.size > 0) opening ??= setTimeout(open, closedMs);
      return;
    }
    for (const proceed of waiting) {
      if (under >= Math.floor(limit)) return;
      waiting.delete(proceed);
      under++;
      proceed();
    }
  }

  function open(): void {
    clearTimeout(opening);
    opening = undefined;
    letIn();
  }

  async function enter(signal: AbortSignal): Promise<void> {
    signal.throwIfAborted();
    const { promise, resolve, reject } = Promise.withResolvers<void>();
    const giveUp = () => {
      if (waiting.delete(resolve)) reject(signal.reason);
      if (waiting.size === 0) open(); // the timer is not needed any more
    };
    signal.addEventListener('abort', giveUp, { once: true });
    waiting.add(resolve);
    letIn();
    await promise.finally(() => signal.removeEventListener('abort', giveUp));
  }

  function succeeded(): void {
    limit = Math.min(most, limit + (probing ? 1 : 1 / limit));
  }

  function throttled(retryAfterSeconds: number | undefined): void {
    probing = false;
    if (retryAfterSeconds) closedUntil = Math.max(closedUntil, now() + retryAfterSeconds * 1000);
    if (now() - halvedAt < HALVE_AGAIN_AFTER_MS) return;
    halvedAt = now();
    limit = Math.max(1, limit / 2);
  }

  return {
    /** How many requests may be under way. */
    get limit(): number {
      return Math.floor(limit);
    },

    /** Calls when there is room. Rejects as the call does, or with the signal's reason. */
    async through<T>(call: () => Promise<T>, signal: AbortSignal): Promise<T> {
      await enter(signal);
      try {
        const result = await call();
        succeeded();
        return result;
      } catch (error) {
        if (error instanceof ProviderError && error.kind === 'throttled') throttled(error.retryAfterSeconds);
        throw error;
      } finally {
        under--;
        letIn();
      }
    },
  };
}
export type Gate = ReturnType<typeof createGate>;
