import type { ArchiveState } from '@mooring/contract';
import type { StorageObject } from '@mooring/storage/server';

interface BlobFacts {
  etag: string | undefined;
  sizeBytes: number | undefined;
  contentType: string | undefined;
  tier: string | undefined;
  lastModified: Date | undefined;
  metadata: Record<string, string> | undefined;
}

/** One object from what Azure says of a blob in a listing or in answer to HEAD. */
export function toStorageObject(key: string, facts: BlobFacts): StorageObject {
  const { etag = '', sizeBytes = 0, contentType, tier, lastModified, metadata = {} } = facts;
  return {
    key,
    etag: unquote(etag),
    sizeBytes,
    contentType: contentType || null,
    tier: tier ?? null,
    archiveState: archiveStateOf(tier),
    lastModified: lastModified ?? new Date(0),
    placeholder: sizeBytes === 0 && (key.endsWith('/') || isDirectory(metadata)),
  };
}

/**
 * A blob in the archive tier cannot be read. One that is on its way out of it still has that tier.
 * https://learn.microsoft.com/azure/storage/blobs/archive-rehydrate-overview
 */
export const archiveStateOf = (tier: string | null | undefined): ArchiveState =>
  tier === 'Archive' ? 'archived' : 'readable';

/** A listing's ETags are bare, those of other answers quoted. */
export const unquote = (etag: string): string => etag.replace(/^"(.*)"$/, '$1');

/** ADLS Gen2 lists directories as blobs with this metadata; names of metadata have no fixed case. */
const isDirectory = (metadata: Record<string, string>): boolean =>
  Object.entries(metadata).some(([name, value]) => name.toLowerCase() === 'hdi_isfolder' && value === 'true');
