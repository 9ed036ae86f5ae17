import type { ConnectionOverlap, StorageLocation } from '@mooring/contract';
import type { Neighbour } from '../rows/row.ts';

/** What each other connection to the same account is to this one. It is allowed, and shown, so that it surprises no one. */
export const overlapsOf = (
  location: StorageLocation,
  neighbours: readonly Neighbour[],
): ConnectionOverlap[] =>
  neighbours.map(({ id, name, location: other }) => ({
    connectionId: id,
    name,
    relation: relationOf(location, other),
  }));

function relationOf(own: StorageLocation, other: StorageLocation): ConnectionOverlap['relation'] {
  if (own.container !== other.container) return 'same-account';
  if (own.prefix === other.prefix) return 'same-place';
  if (own.prefix.startsWith(other.prefix)) return 'contains';
  return other.prefix.startsWith(own.prefix) ? 'inside' : 'same-account';
}
