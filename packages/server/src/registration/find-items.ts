import { MOST_METADATA_BYTES } from '@mooring/contract';
import type { ManifestItem, ManifestObject } from '@mooring/manifest';
import type { ItemError } from '../operations/handler.ts';
import { type CheckDependencies, checkObjects, type ResolvedItem } from './check-objects.ts';
import { type FoundItem, nameOf, placeWords } from './items.ts';
import { type Candidate, resolve } from './resolve.ts';

/** What became of items, in their order. `failed` are those of the errors, as the list has them. */
export interface Outcome {
  found: FoundItem[];
  errors: ItemError[];
  failed: ManifestItem[];
}

/**
 * Finds the objects of items: those that are there, and why others cannot be registered.
 * @throws ProviderError where a storage is away
 */
export async function findItems(
  items: readonly ManifestItem[],
  { connections, connectionId }: { connections: readonly Candidate[]; connectionId: string | undefined },
  dependencies: CheckDependencies,
): Promise<Outcome> {
  const resolved = items.map((item): ResolvedItem | ItemError => {
    if (item.type === 'group') return noGroups(item);
    if (isTooMuch(item.clientMetadata)) return tooMuchMetadata(item);
    const outcome = resolve(item.address, connections, connectionId);
    return 'connection' in outcome ? { ...outcome, item } : { item: nameOf(item), ...outcome };
  });
  const checked = await checkObjects(resolved, dependencies);
  return {
    found: checked.filter(outcome => 'object' in outcome),
    errors: checked.filter((outcome): outcome is ItemError => !('object' in outcome)),
    failed: items.filter((_, at) => !('object' in checked[at]!)),
  };
}

const noGroups = ({ place, title }: Extract<ManifestItem, { type: 'group' }>): ItemError => ({
  item: [placeWords(place), title.slice(0, 100)].filter(part => part !== '').join(': '),
  code: 'invalid_request',
  message: 'This item is a group of objects. Groups cannot be registered yet.',
  fix: 'Register its members as single items.',
});

const isTooMuch = (metadata: object | undefined): boolean =>
  metadata !== undefined && Buffer.byteLength(JSON.stringify(metadata)) > MOST_METADATA_BYTES;

const tooMuchMetadata = (item: ManifestObject): ItemError => ({
  item: nameOf(item),
  code: 'invalid_request',
  message: `Its client metadata has more than ${MOST_METADATA_BYTES / 1024} KB.`,
  fix: 'Keep large values elsewhere, and write where they are.',
});
