import type { ListPage, StorageObject } from './provider.ts';

/** What is told of an object, as an object without ways of its own, to be compared. */
export const plainObject = (object: StorageObject): StorageObject => ({
  key: object.key,
  etag: object.etag,
  sizeBytes: object.sizeBytes,
  contentType: object.contentType,
  tier: object.tier,
  archived: object.archived,
  lastModified: object.lastModified,
  placeholder: object.placeholder,
});

export const plainPage = (page: ListPage): ListPage => ({ ...page, objects: page.objects.map(plainObject) });
