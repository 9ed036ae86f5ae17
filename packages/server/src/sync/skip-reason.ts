import { ObjectColumns, type ObjectList, type StorageObject } from '@mooring/storage/server';
import type { KeyFilter } from '../catalogue/key-filter.ts';
import { isStorable, isStorableKey } from '../catalogue/storable.ts';

export type SkipReason = 'placeholder' | 'unstorable' | 'filtered' | 'rendition';

export interface Skipped {
  key: string;
  reason: SkipReason;
}

/** Why an object becomes no asset; null where it does. */
export const skipReason = (
  object: StorageObject,
  filter: (key: string) => SkipReason | null,
): SkipReason | null => unfitReason(object) ?? filter(object.key);

const unfitReason = (object: StorageObject): SkipReason | null => {
  if (object.placeholder) return 'placeholder';
  return isStorableKey(object.key) && hasStorableFacts(object) ? null : 'unstorable';
};

const MOST_FACT_CHARS = 1024;
/** The end of the year 9999. */
const LAST_MOMENT = 253_402_300_799_999;

const hasStorableFacts = ({ etag, contentType, tier, sizeBytes, lastModified }: StorageObject): boolean =>
  [etag, contentType ?? '', tier ?? ''].every(fact => fact.length <= MOST_FACT_CHARS && isStorable(fact)) &&
  Number.isSafeInteger(sizeBytes) &&
  sizeBytes >= 0 &&
  Math.abs(lastModified.getTime()) <= LAST_MOMENT;

/** Those that become no asset, by their index, of objects in the order of their keys. Few have to be looked at. */
export function skippedOf(objects: ObjectList, filter: KeyFilter): Map<number, Skipped> {
  const skipped = new Map<number, Skipped>();
  if (objects.length === 0) return skipped;
  const keepsAll = filter.keepsAll(objects.at(0)!.key, objects.at(-1)!.key);
  let passed = 0;
  for (const { rows, from, to } of objects.spans) {
    for (let row = from; row < to; row++) {
      if (keepsAll && rows instanceof ObjectColumns && !rows.mayBeUnfit(row)) continue;
      const object = rows.at(row)!;
      const reason = skipReason(object, filter);
      if (reason) skipped.set(passed + row - from, { key: object.key, reason });
    }
    passed += to - from;
  }
  return skipped;
}
