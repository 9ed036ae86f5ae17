import { setTimeout as pause } from 'node:timers/promises';
import { ProviderError } from '@mooring/storage/server';

/** How long to go on trying, and how to wait; passed in so that tests need not wait. */
export interface RetryOptions {
  /** How often to try in all. */
  attempts: number;
  /** No wait is begun that would end later than this after the first try. */
  withinMs: number;
  /** The longest wait before the second try; it doubles with each further try. */
  firstWaitMs: number;
  longestWaitMs: number;
  /** Milliseconds since some fixed moment. */
  now(): number;
  /** From 0 up to, but not including, 1. */
  random(): number;
  /** Rejects with the signal's reason when it aborts. */
  sleep(ms: number, signal: AbortSignal): Promise<void>;
}

/** For hiccups; an operation that still fails is tried again as a whole, later, from its checkpoint. */
export const systemRetry: RetryOptions = {
  attempts: 6,
  withinMs: 30_000,
  firstWaitMs: 250,
  longestWaitMs: 8000,
  now: () => performance.now(),
  random: Math.random,
  async sleep(ms, signal) {
    await pause(ms, undefined, { signal }).catch(error => {
      signal.throwIfAborted();
      throw error;
    });
  },
};

/**
 * Calls until it succeeds, waiting longer each time: exponential back-off with full jitter
 * (https://aws.amazon.com/blogs/architecture/exponential-backoff-and-jitter/), and never less than the storage
 * asked for. Only retryable `ProviderError`s are tried again.
 *
 * @throws the last error when it is not retryable, or when tries or time run out; the signal's reason on abort.
 */
export async function retrying<T>(
  call: () => Promise<T>,
  signal: AbortSignal,
  options: RetryOptions,
): Promise<T> {
  const begun = options.now();
  for (let attempt = 1; ; attempt++) {
    signal.throwIfAborted();
    try {
      return await call();
    } catch (error) {
      signal.throwIfAborted();
      if (!(error instanceof ProviderError) || !error.retryable || attempt >= options.attempts) throw error;
      const longest = Math.min(options.longestWaitMs, options.firstWaitMs * 2 ** (attempt - 1));
      const waitMs = Math.max((error.retryAfterSeconds ?? 0) * 1000, longest * options.random());
      if (options.now() - begun + waitMs > options.withinMs) throw error;
      await options.sleep(waitMs, signal);
    }
  }
}
