import { ColumnWriter, ObjectColumns } from './object-columns.ts';
import type { ListPage, StorageObject } from './provider.ts';

/** The fields of an object as plain data, to be compared. */
export const plainObject = (object: StorageObject): StorageObject => ({
  key: object.key,
  etag: object.etag,
  sizeBytes: object.sizeBytes,
  contentType: object.contentType,
  tier: object.tier,
  archiveState: object.archiveState,
  lastModified: object.lastModified,
  placeholder: object.placeholder,
});

export const plainPage = (page: ListPage): ListPage & { objects: StorageObject[] } => ({
  ...page,
  objects: Array.from(page.objects, plainObject),
});

/** The same objects as a page of a listing has them. */
export function columnsOf(objects: readonly Omit<StorageObject, 'placeholder'>[]): ObjectColumns {
  const rows = new ColumnWriter(1);
  const words: (string | null)[] = [null];
  let texts = 'before';
  const place = (text: string): [number, number] => {
    const start = Buffer.byteLength(texts);
    texts += text;
    return [start, Buffer.byteLength(texts)];
  };
  for (const { key, etag, contentType, tier, archiveState, sizeBytes, lastModified } of objects) {
    const [keyStart, keyEnd] = place(key);
    const [etagStart, etagEnd] = place(etag);
    const type = words.push(contentType) - 1;
    const modifiedAt = lastModified.getTime();
    const isDirectory = false;
    const tierAt = words.push(tier) - 1;
    rows.add({
      keyStart,
      keyEnd,
      etagStart,
      etagEnd,
      type,
      tier: tierAt,
      archiveState,
      sizeBytes,
      modifiedAt,
      isDirectory,
    });
  }
  return new ObjectColumns(rows.take(Buffer.from(texts), words));
}
