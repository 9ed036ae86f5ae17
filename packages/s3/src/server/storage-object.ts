import type { ArchiveState } from '@mooring/contract';
import type { StorageObject, StoredHeaders } from '@mooring/storage/server';

/** A header's first value by its name in lower case; null where there is none. */
export type Header = (name: string) => string | null;

/** Storage classes that must be restored before they can be read. GLACIER_IR reads at once. */
const ARCHIVES = new Set(['GLACIER', 'DEEP_ARCHIVE']);

/**
 * Whether an object of a class can be read. Intelligent-Tiering moves objects into archives of its own, which only a
 * read or HEAD shows. https://docs.aws.amazon.com/AmazonS3/latest/userguide/archived-objects.html
 */
export const archiveStateOf = (tier: string | null, isRestored: boolean): ArchiveState => {
  if (tier !== null && ARCHIVES.has(tier)) return isRestored ? 'readable' : 'archived';
  return tier === 'INTELLIGENT_TIERING' ? 'unknown' : 'readable';
};

/** https://docs.aws.amazon.com/AmazonS3/latest/API/API_HeadObject.html */
export function objectOf(key: string, header: Header): StorageObject & StoredHeaders {
  const sizeBytes = Number(header('content-length') ?? 0);
  // Amazon leaves the usual class out.
  const tier = header('x-amz-storage-class') ?? 'STANDARD';
  const restore = header('x-amz-restore') ?? '';
  const isRestored = restore.includes('ongoing-request="false"');
  const archive = header('x-amz-archive-status');
  return {
    key,
    etag: unquote(header('etag') ?? ''),
    sizeBytes,
    contentType: header('content-type'),
    tier,
    archiveState: archive !== null && !isRestored ? 'archived' : archiveStateOf(tier, isRestored),
    lastModified: new Date(header('last-modified') ?? 0),
    placeholder: sizeBytes === 0 && key.endsWith('/'),
    contentEncoding: header('content-encoding'),
    contentLanguage: header('content-language'),
  };
}

export const unquote = (etag: string): string => etag.replace(/^"(.*)"$/, '$1');
