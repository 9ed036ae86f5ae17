import { find, type ObjectSequence, seek } from './object-sequence.ts';
import type { Stored } from './stored.ts';

/**
 * A container that is computed, and what was put between it. A computed position whose key was put is vacant. A
 * position is found in steps that grow with the logarithm of what was put.
 */
export function createOverlaid(computed: ObjectSequence, stored: Stored): ObjectSequence {
  const put = stored.objects;
  /** How many computed positions come before each object that was put. */
  let before: number[] = [];
  let revision = -1;
  /** How many objects that were put come before a position, and whether it is one of them itself. */
  const locate = (position: number): { earlier: number; isPut: boolean } => {
    if (revision !== stored.revision) {
      before = Array.from({ length: put.length }, (_, index) => seek(computed, put.keyAt(index)));
      revision = stored.revision;
    }
    let [first, last] = [0, before.length];
    while (first < last) {
      const middle = (first + last) >> 1;
      if (before[middle]! + middle < position) first = middle + 1;
      else last = middle;
    }
    return { earlier: first, isPut: first < before.length && before[first]! + first === position };
  };

  return {
    get length() {
      return computed.length + put.length;
    },
    order: computed.order,
    keyAt(position) {
      const { earlier, isPut } = locate(position);
      return isPut ? put.keyAt(earlier) : computed.keyAt(position - earlier);
    },
    objectAt(position) {
      const { earlier, isPut } = locate(position);
      if (isPut) return put.objectAt(earlier);
      const object = computed.objectAt(position - earlier);
      return object && earlier > 0 && put.keyAt(earlier - 1) === object.key ? null : object;
    },
    bodyOf: object => (find(put, object.key) ? put.bodyOf(object) : computed.bodyOf(object)),
  };
}
