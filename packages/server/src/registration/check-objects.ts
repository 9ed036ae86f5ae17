import { createHash } from 'node:crypto';
import type { ManifestObject } from '@mooring/manifest';
import { type Provider, ProviderError, type StorageObject } from '@mooring/storage/server';
import type { ItemError } from '../operations/handler.ts';
import { MooringError } from '../platform/problem.ts';
import { storageProblem } from '../platform/storage-problem.ts';
import { type Asking, askObject, forEachObject } from './ask-objects.ts';
import { type FoundItem, nameOf } from './items.ts';
import type { Resolved } from './resolve.ts';

export interface ResolvedItem extends Resolved {
  item: ManifestObject;
}

export interface CheckDependencies extends Asking {
  open(connectionId: string): Promise<{ provider: Pick<Provider, 'reader'> }>;
  /** What an object counts as changed at of which only the list knows. */
  startedAt: Date;
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
  const resolved = items.filter(each => 'connection' in each);
  const outcomes = await forEachObject(resolved, dependencies.signal, item => check(item, dependencies));
  const checked = resolved.map((item, at): FoundItem | ItemError => {
    const outcome = outcomes[at]!;
    return 'error' in outcome ? itemError(nameOf(item.item), outcome.error) : outcome;
  });
  let at = 0;
  return items.map(each => ('connection' in each ? checked[at++]! : each));
}

async function check(
  resolved: ResolvedItem,
  { open, startedAt, ...asking }: CheckDependencies,
): Promise<FoundItem> {
  const { item, connection, container, key, url, expiresAt } = resolved;
  const { reader } = (await open(connection.id)).provider;
  const object = reader ? await askObject(reader, { container, key }, asking) : claimed(key, item, startedAt);
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
export const plain = ({
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

/**
 * Why one item failed, for people.
 * @throws the error itself, where it is none of a storage or of Mooring
 */
export function itemError(item: string, error: unknown): ItemError {
  const known = error instanceof ProviderError ? storageProblem(error) : error;
  if (!(known instanceof MooringError)) throw error;
  return { item, code: known.code, message: known.message, fix: known.fix };
}
