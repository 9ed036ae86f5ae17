/** How a container differs from how it was made: shares of its objects, between 0 and 1. */
export interface ChangeSet {
  seed: number;
  added?: number;
  changed?: number;
  removed?: number;
}

export type Change = 'removed' | 'changed' | 'followed' | null;

/** Exactly how many objects a change set adds, changes and removes. */
export interface ChangeCounts {
  added: number;
  changed: number;
  removed: number;
}

/**
 * Decides for each position what happens to it, by arithmetic: positions are permuted, and the first of the
 * permutation are removed, the next changed, the next followed by an added object. So the numbers are exact,
 * the places scattered, and nothing is stored.
 * @throws RangeError where the shares make more than the whole
 */
export function createChanges(size: number, { seed, added = 0, changed = 0, removed = 0 }: ChangeSet) {
  const counts: ChangeCounts = {
    added: Math.round(added * size),
    changed: Math.round(changed * size),
    removed: Math.round(removed * size),
  };
  const { removed: upToRemoved } = counts;
  const upToChanged = upToRemoved + counts.changed;
  const upToFollowed = upToChanged + counts.added;
  if (upToFollowed > size || size > MOST)
    throw new RangeError(`${upToFollowed} changes to ${size} objects: not more than all, nor than ${MOST}.`);
  const factor = coprimeNear(size, GOLDEN);
  const shift = (Math.abs(Math.trunc(seed)) * 7919) % Math.max(1, size);

  return {
    counts,
    at(position: number): Change {
      const place = (position * factor + shift) % size;
      if (place < upToRemoved) return 'removed';
      if (place < upToChanged) return 'changed';
      return place < upToFollowed ? 'followed' : null;
    },
  };
}

const GOLDEN = 0.6180339887498949;
/** Beyond it a position times a factor is no exact number any more. */
const MOST = 94_000_000;

/** A number that shares no divisor with `size`, near `share` of it: multiplying by it permutes and scatters. */
function coprimeNear(size: number, share: number): number {
  let candidate = Math.max(1, Math.floor(size * share));
  while (greatestDivisor(candidate, size) > 1) candidate += 1;
  return candidate;
}

function greatestDivisor(a: number, b: number): number {
  return b === 0 ? a : greatestDivisor(b, a % b);
}
