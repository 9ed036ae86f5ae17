import type { EventObject, Provider, StorageObject } from '@mooring/storage/server';
import { ProviderError, withDeadline } from '@mooring/storage/server';
import { type RetryOptions, retrying } from '../../listing/retry.ts';
import type { FollowedSource } from './inbox.ts';

export const LOOKS_AT_ONCE = 32;
/** A look that takes longer is made again later: the others of its batch wait for it. */
const LOOK_SECONDS = 10;
/** For hiccups. What fails longer is postponed. */
export const TRIES = { attempts: 3, withinMs: 5000 };

/** An event of one object. */
interface ObjectEvent {
  key: string;
  object: EventObject | null;
}

export interface LookOptions {
  signal: AbortSignal;
  retry: RetryOptions;
  /** For tests: how long one look may take. */
  lookSeconds?: number | undefined;
}

/** What is at each key now, an object or null for nothing, and why it cannot be read at others. */
export interface Seen<Row> {
  found: Map<string, StorageObject | null>;
  failed: Map<Row, Error>;
}

/**
 * Looks at the object of each event. What a listing would not say, the next sync could not compare; so a content type
 * is left out where listings have none. Where Mooring's server may not look (`client-only`), it believes the event; an
 * event that does not describe its object is in neither map.
 */
export async function lookAtAll<Row extends ObjectEvent>(
  source: FollowedSource,
  { reader, capabilities }: Provider,
  rows: readonly Row[],
  { signal, retry, lookSeconds: seconds = LOOK_SECONDS }: LookOptions,
): Promise<Seen<Row>> {
  const found: Seen<Row>['found'] = new Map();
  const failed: Seen<Row>['failed'] = new Map();
  const asListed = (object: StorageObject): StorageObject =>
    capabilities.list.contentTypes ? object : { ...object, contentType: null };
  if (!reader) {
    for (const { key, object } of rows)
      if (object) found.set(key, object.gone ? null : asListed(described(key, object)));
    return { found, failed };
  }
  const head = (key: string) =>
    withDeadline(signal, { seconds, host: 'The storage' }, signal =>
      retrying(() => reader.head(source.container, key, signal), signal, { ...retry, ...TRIES }),
    );
  const waiting = rows.values();
  const look = async (): Promise<void> => {
    for (const row of waiting) {
      try {
        found.set(row.key, asListed(await head(row.key)));
      } catch (error) {
        signal.throwIfAborted();
        if (error instanceof ProviderError && error.kind === 'not-found') found.set(row.key, null);
        else failed.set(row, error as Error);
      }
    }
  };
  await Promise.all(Array.from({ length: LOOKS_AT_ONCE }, look));
  return { found, failed };
}

/** Whether the source can be listed at all: then a look that fails is the matter of its object alone. */
export async function canList(
  source: FollowedSource,
  provider: Provider,
  { signal, lookSeconds: seconds = LOOK_SECONDS }: LookOptions,
): Promise<boolean> {
  try {
    await withDeadline(signal, { seconds, host: 'The storage' }, signal =>
      provider.list(source.container, { prefix: source.prefix, pageSize: 1, signal }),
    );
    return true;
  } catch {
    signal.throwIfAborted();
    return false;
  }
}

const described = (key: string, object: EventObject & { gone: false }): StorageObject => ({
  key,
  etag: object.etag,
  sizeBytes: object.sizeBytes,
  contentType: object.contentType,
  tier: object.tier,
  archiveState: object.archiveState ?? 'unknown',
  lastModified: new Date(object.at),
  placeholder: key.endsWith('/'),
});
