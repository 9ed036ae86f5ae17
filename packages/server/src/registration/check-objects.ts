import { createHash } from 'node:crypto';
import type { ManifestObject } from '@mooring/manifest';
import { type Provider, ProviderError, type StorageObject, withDeadline } from '@mooring/storage/server';
import { type RetryOptions, retrying, systemRetry } from '../listing/retry.ts';
import type { ItemError } from '../operations/handler.ts';
import { MooringError } from '../platform/problem.ts';
import { storageProblem } from '../platform/storage-problem.ts';
import { type FoundItem, nameOf } from './items.ts';
import type { Resolved } from './resolve.ts';

const CHECKS_AT_ONCE = 32;
const CHECK_SECONDS = 20;
/** For hiccups: another item waits meanwhile. */
const TRIES = { attempts: 3, withinMs: 5000 };
/** So many items of a batch that all fail for a moment are an outage of the storage, not the matter of an item. */
const ITEMS_OF_AN_OUTAGE = 32;

export interface ResolvedItem extends Resolved {
  item: ManifestObject;
}

export interface CheckDependencies {
  open(connectionId: string): Promise<{ provider: Pick<Provider, 'reader'> }>;
  /** What an object counts as changed at of which only the list knows. */
  startedAt: Date;
  signal: AbortSignal;
  retry?: RetryOptions | undefined;
}

/**
 * Asks the storage for each object, as far as the connection lets the server do so; otherwise the list alone says what
 * it is. In the order of the items; those that could not be resolved stay as they are.
 * @throws ProviderError where the storage is away
 */
export async function checkObjects(
  items: readonly (ResolvedItem | ItemError)[],
  dependencies: CheckDependencies,
): Promise<(FoundItem | ItemError)[]> {
  const outcomes: (FoundItem | ItemError)[] = [];
  const moments: ProviderError[] = [];
  const waiting = items.entries();
  const work = async (): Promise<void> => {
    for (const [at, each] of waiting) {
      if (!('connection' in each)) {
        outcomes[at] = each;
        continue;
      }
      try {
        outcomes[at] = await check(each, dependencies);
      } catch (error) {
        dependencies.signal.throwIfAborted();
        if (error instanceof ProviderError && error.retryable) moments.push(error);
        outcomes[at] = failed(each, error);
      }
    }
  };
  await Promise.all(Array.from({ length: Math.min(CHECKS_AT_ONCE, items.length) }, work));
  const asked = items.filter(each => 'connection' in each).length;
  if (asked >= ITEMS_OF_AN_OUTAGE && moments.length === asked) throw moments[0]!;
  return outcomes;
}

async function check(
  resolved: ResolvedItem,
  { open, startedAt, signal, retry = systemRetry }: CheckDependencies,
): Promise<FoundItem> {
  const { item, connection, container, key, url, expiresAt } = resolved;
  const { reader } = (await open(connection.id)).provider;
  const object = reader
    ? await retrying(
        () =>
          withDeadline(signal, { seconds: CHECK_SECONDS, host: 'The storage' }, signal =>
            reader.head(container, key, signal),
          ),
        signal,
        { ...retry, ...TRIES },
      )
    : claimed(key, item, startedAt);
  if (object.placeholder)
    throw new ProviderError('invalid', 'This is a folder, not an object.', { fix: 'Leave it out.' });
  return {
    item: nameOf(item),
    connectionId: connection.id,
    container,
    object: plain(object),
    isClaimed: reader === null,
    url,
    expiresAt,
    title: item.title ?? null,
    clientMetadata: item.clientMetadata ?? null,
    facts: item.facts ?? null,
    kind: item.kind ?? null,
  };
}

/** What a listing would say of it, without what else a reader says. */
const plain = ({
  key,
  etag,
  sizeBytes,
  contentType,
  archiveState,
  tier,
  lastModified,
}: StorageObject): StorageObject => ({
  ...{ key, etag, sizeBytes, contentType, archiveState, tier, lastModified, placeholder: false },
});

/** Other facts are another object, as far as anyone here can know. */
function claimed(key: string, { facts = {} }: ManifestObject, startedAt: Date): StorageObject {
  const said = createHash('sha256').update(JSON.stringify(facts)).digest('base64url').slice(0, 22);
  return {
    key,
    etag: `list-${said}`,
    sizeBytes: facts.sizeBytes ?? 0,
    contentType: facts.mediaType ?? null,
    tier: null,
    archiveState: 'unknown',
    lastModified: startedAt,
    placeholder: false,
  };
}

function failed({ item }: ResolvedItem, error: unknown): ItemError {
  const known = error instanceof ProviderError ? storageProblem(error) : error;
  if (!(known instanceof MooringError)) throw error;
  return { item: nameOf(item), code: known.code, message: known.message, fix: known.fix };
}
