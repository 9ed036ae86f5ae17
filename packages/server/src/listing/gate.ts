import { setTimeout as pause } from 'node:timers/promises';
import { ProviderError } from '../providers/errors.ts';

const MOST_AT_ONCE = 16;
const AT_ONCE_AT_FIRST = 4;
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
  const waiting: (() => void)[] = [];

  async function enter(signal: AbortSignal): Promise<void> {
    for (;;) {
      signal.throwIfAborted();
      const closedMs = closedUntil - now();
      if (closedMs > 0) await pause(closedMs, undefined, { signal }).catch(() => signal.throwIfAborted());
      else if (under < Math.floor(limit)) break;
      else {
        const turn = Promise.withResolvers<void>();
        const wake = () => turn.resolve();
        waiting.push(wake);
        signal.addEventListener('abort', wake, { once: true });
        await turn.promise;
        signal.removeEventListener('abort', wake);
      }
    }
    under++;
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
        waiting.shift()?.();
      }
    },
  };
}
export type Gate = ReturnType<typeof createGate>;
