import { createHash } from 'node:crypto';
import { byteOrder } from './key-order.ts';
import type { ObjectSequence, VolumeObject } from './object-sequence.ts';

/** A container that holds what was put into it, in memory: for thousands of objects, not for millions. */
export function createStored(now: () => Date) {
  const entries: { object: VolumeObject; body: Buffer }[] = [];
  let version = 0x4bcc2e4835cd0;

  /** Where a key is, or would be. */
  const place = (key: string): number => {
    let [first, last] = [0, entries.length];
    while (first < last) {
      const middle = (first + last) >> 1;
      if (byteOrder(entries[middle]!.object.key, key) >= 0) last = middle;
      else first = middle + 1;
    }
    return first;
  };
  const isAt = (index: number, key: string) => entries[index]?.object.key === key;

  const objects: ObjectSequence = {
    get length() {
      return entries.length;
    },
    order: byteOrder,
    keyAt: position => entries[position]!.object.key,
    objectAt: position => entries[position]!.object,
    bodyOf: ({ key }) => entries[place(key)]!.body,
  };

  return {
    objects,

    put(key: string, body: Buffer, facts: Partial<Pick<VolumeObject, 'contentType' | 'directory'>> = {}) {
      const object: VolumeObject = {
        key,
        directory: false,
        sizeBytes: body.length,
        contentType: 'application/octet-stream',
        etag: `0x8D${(version++).toString(16).toUpperCase()}`,
        modifiedAt: Math.floor(now().getTime() / 1000) * 1000,
        tier: 'Hot',
        contentMd5: createHash('md5').update(body).digest('base64'),
        ...facts,
      };
      const index = place(key);
      entries.splice(index, isAt(index, key) ? 1 : 0, { object, body });
      return object;
    },

    /** @returns whether there was such an object. */
    remove(key: string): boolean {
      const index = place(key);
      return isAt(index, key) && entries.splice(index, 1).length > 0;
    },
  };
}
export type Stored = ReturnType<typeof createStored>;
