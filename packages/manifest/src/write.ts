import { VERSION } from './formats/mooring.ts';
import type { ManifestFlags, ManifestItem } from './item.ts';

/**
 * Writes Mooring’s own manifest, in lines of JSON: `readManifest` makes the same items of it, apart from their places.
 * @param items with URLs that are no secrets: they are written as they are
 * @returns one line after the other, with their ends
 */
export async function* writeManifest(
  items: Iterable<ManifestItem> | AsyncIterable<ManifestItem>,
  flags: ManifestFlags = {},
): AsyncGenerator<string> {
  yield `${JSON.stringify({ mooring: 'manifest', version: VERSION, ...flags })}\n`;
  for await (const item of items) yield `${JSON.stringify(withoutPlaces(item))}\n`;
}

function withoutPlaces(item: ManifestItem) {
  const { place: _, ...rest } = item;
  if (rest.type === 'asset') return rest;
  return { ...rest, members: rest.members.map(({ place: _place, ...member }) => member) };
}
