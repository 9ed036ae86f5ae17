import { createHash } from 'node:crypto';
import { byteOrder, type KeyOrder } from './key-order.ts';
import type { ObjectSequence, VolumeObject } from './object-sequence.ts';

/** A container that holds what was put into it, in memory: for thousands of objects, not for millions. */
export function createStored(now: () => Date, order: KeyOrder = byteOrder) {
  const entries: { object: VolumeObject; body: Buffer }[] = [];
  let version = 0x4bcc2e4835cd0;
  let revision = 0;

  /** Where a key is, or would be. */
  const place = (key: string): number => {
    let [first, last] = [0, entries.length];
    while (first < last) {
      const middle = (first + last) >> 1;
      if (order(entries[middle]!.object.key, key) >= 0) last = middle;
      else first = middle + 1;
    }
    return first;
  };
  const isAt = (index: number, key: string) => entries[index]?.object.key === key;

  const objects: ObjectSequence = {
    get length() {
      return entries.length;
    },
    order,
    keyAt: position => entries[position]!.object.key,
    objectAt: position => entries[position]!.object,
    bodyOf: ({ key }) => entries[place(key)]!.body,
  };

  return {
    objects,

    /** Higher after each change. */
    get revision() {
      return revision;
    },

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
      revision += 1;
      entries.splice(index, isAt(index, key) ? 1 : 0, { object, body });
      return object;
    },

    /** @returns whether there was such an object. */
    remove(key: string): boolean {
      const index = place(key);
      if (!isAt(index, key)) return false;
      revision += 1;
      entries.splice(index, 1);
      return true;
    },
  };
}
export type Stored = ReturnType<typeof createStored>;
