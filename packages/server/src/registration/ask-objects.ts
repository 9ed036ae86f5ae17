import { type Provider, ProviderError, type StorageObject, withDeadline } from '@mooring/storage/server';
import { type RetryOptions, retrying, systemRetry } from '../listing/retry.ts';

const ASKED_AT_ONCE = 32;
const SECONDS = 20;
/** For hiccups: another object waits meanwhile. */
const TRIES = { attempts: 3, withinMs: 5000 };
/** So many objects that all fail for a moment are an outage of the storage, not the matter of an object. */
const OBJECTS_OF_AN_OUTAGE = 32;

export interface Asking {
  signal: AbortSignal;
  retry?: RetryOptions | undefined;
}

type ObjectReader = Pick<NonNullable<Provider['reader']>, 'head'>;

/**
 * Asks a storage what an object is.
 * @throws ProviderError
 */
export const askObject = (
  reader: ObjectReader,
  { container, key }: { container: string; key: string },
  { signal, retry = systemRetry }: Asking,
): Promise<StorageObject> =>
  retrying(
    () =>
      withDeadline(signal, { seconds: SECONDS, host: 'The storage' }, signal =>
        reader.head(container, key, signal),
      ),
    signal,
    { ...retry, ...TRIES },
  );

/**
 * Does something for each of many items, so many at the same time. The outcomes are in the order of the items.
 * @throws ProviderError where all of many items fail for a moment: the storage is away
 */
export async function forEachObject<T, R>(
  items: readonly T[],
  signal: AbortSignal,
  work: (item: T) => Promise<R>,
): Promise<(R | { error: unknown })[]> {
  const outcomes: (R | { error: unknown })[] = [];
  const moments: ProviderError[] = [];
  const waiting = items.entries();
  const next = async (): Promise<void> => {
    for (const [at, item] of waiting) {
      try {
        outcomes[at] = await work(item);
      } catch (error) {
        signal.throwIfAborted();
        if (error instanceof ProviderError && error.retryable) moments.push(error);
        outcomes[at] = { error };
      }
    }
  };
  await Promise.all(Array.from({ length: Math.min(ASKED_AT_ONCE, items.length) }, next));
  if (items.length >= OBJECTS_OF_AN_OUTAGE && moments.length === items.length) throw moments[0]!;
  return outcomes;
}
