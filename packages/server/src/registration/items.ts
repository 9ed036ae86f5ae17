import type {
  ClaimedFacts,
  JsonObject,
  ManifestObject,
  ManifestPlace,
  ManifestProblem,
} from '@mooring/manifest';
import type { StorageObject } from '@mooring/storage/server';
import type { ItemError } from '../operations/handler.ts';

/** What was found of one item, to be written. */
export interface FoundItem {
  /** Where it stands in the list, for messages. */
  item: string;
  connectionId: string;
  container: string;
  object: StorageObject;
  /** The storage was not asked: the list alone says what it is. */
  isClaimed: boolean;
  url: string | null;
  expiresAt: Date | null;
  title: string | null;
  clientMetadata: JsonObject | null;
  facts: ClaimedFacts | null;
  kind: ManifestObject['kind'] | null;
}

const LONGEST_SHOWN = 300;

/** An address without its query, because that can hold a signature. */
export const shownAddress = (address: ManifestObject['address']): string =>
  ('url' in address ? address.url.replace(/[?#].*$/s, '') : address.path).slice(0, LONGEST_SHOWN);

/** Where an item stands, as people find it: `line 12`, `images[3].objectUrl`. */
export function placeWords({ line, row, path }: ManifestPlace): string {
  const where = line !== undefined ? `line ${line}` : row !== undefined ? `row ${row}` : '';
  return [where, path ?? ''].filter(part => part !== '').join(', ');
}

/** How messages name an item. */
export const nameOf = ({ place, address }: Pick<ManifestObject, 'place' | 'address'>): string =>
  [placeWords(place), shownAddress(address)].filter(part => part !== '').join(': ');

/** An item that the list does not say in a way that can be read. */
export const unreadable = ({ code, place, url, seen, expected, fix }: ManifestProblem): ItemError => ({
  item: [placeWords(place), url ?? ''].filter(part => part !== '').join(': '),
  code,
  message: `Found ${seen}; expected ${expected}.`,
  fix,
});
