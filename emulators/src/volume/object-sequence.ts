import type { KeyOrder } from './key-order.ts';

/** What the volume emulator knows of an object. */
export interface VolumeObject {
  key: string;
  /** A directory of a hierarchical namespace: no bytes, metadata `hdi_isfolder=true`. */
  directory: boolean;
  sizeBytes: number;
  contentType: string;
  /** Without quotes. */
  etag: string;
  /** Milliseconds since 1970, whole seconds. */
  modifiedAt: number;
  tier: 'Hot' | 'Cool' | 'Cold' | 'Archive';
  /** Base64. */
  contentMd5: string;
}

/** The objects of a container in order, by position; some positions may be vacant. */
export interface ObjectSequence {
  readonly length: number;
  /** Also of a vacant position; each comes after the one before it. */
  keyAt(position: number): string;
  /** Null where the position is vacant. */
  objectAt(position: number): VolumeObject | null;
  /** The bytes of an object. */
  bodyOf(object: VolumeObject): Buffer;
  readonly order: KeyOrder;
}

/** The first position whose key is `key` or comes after it. */
export function seek(objects: ObjectSequence, key: string): number {
  return firstWhere(0, objects.length, position => objects.order(objects.keyAt(position), key) >= 0);
}

/** The first position after all keys that begin with `prefix`, searched from one at or after the first of them. */
export function seekPast(objects: ObjectSequence, prefix: string, from: number): number {
  return firstWhere(from, objects.length, position => !objects.keyAt(position).startsWith(prefix));
}

/** The object of a key. */
export function find(objects: ObjectSequence, key: string): VolumeObject | null {
  const position = seek(objects, key);
  return position < objects.length && objects.keyAt(position) === key ? objects.objectAt(position) : null;
}

/** The first position from `low` that a condition holds for, which holds for all after it; else `high`. */
function firstWhere(low: number, high: number, holds: (position: number) => boolean): number {
  let [first, last] = [low, high];
  while (first < last) {
    const middle = Math.floor((first + last) / 2);
    if (holds(middle)) last = middle;
    else first = middle + 1;
  }
  return first;
}
