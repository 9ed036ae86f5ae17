import {
  type BlobItem,
  ContainerClient,
  type ContainerListBlobHierarchySegmentResponse,
  type Pipeline,
} from '@azure/storage-blob';
import type { ListPage, Provider, StorageObject } from '../provider.ts';
import type { AzureCalls } from './calls.ts';
import { toStorageObject } from './storage-object.ts';
import { type AzureAccount, containerUrl } from './urls.ts';

/** https://learn.microsoft.com/rest/api/storageservices/list-blobs */
export const MAX_PAGE_SIZE = 5000;

/** Lists one page at a time through the SDK, with metadata, which is what tells directories of ADLS apart. */
export function createLister(
  account: AzureAccount,
  pipeline: Pipeline,
  { call, sasToken }: { call: AzureCalls; sasToken: string },
): Provider['list'] {
  return (container, { prefix = '', delimiter, cursor, pageSize = MAX_PAGE_SIZE, signal: caller } = {}) => {
    const client = new ContainerClient(containerUrl(account, container, sasToken), pipeline);
    const settings = {
      maxPageSize: Math.max(1, Math.min(pageSize, MAX_PAGE_SIZE)),
      ...(cursor !== undefined && { continuationToken: cursor }),
    };
    return call({ action: 'list', container }, caller, async (signal): Promise<ListPage> => {
      const options = { includeMetadata: true, abortSignal: signal, ...(prefix !== '' && { prefix }) };
      const pages = delimiter
        ? client.listBlobsByHierarchy(delimiter, options).byPage(settings)
        : client.listBlobsFlat(options).byPage(settings);
      const page: ContainerListBlobHierarchySegmentResponse = (await pages.next()).value;
      return {
        objects: page.segment.blobItems.map(toObject),
        prefixes: (page.segment.blobPrefixes ?? []).map(({ name }) => name),
        cursor: page.continuationToken || null,
      };
    });
  };
}

function toObject({ name, metadata, properties }: BlobItem): StorageObject {
  return toStorageObject(name, {
    etag: properties.etag,
    sizeBytes: properties.contentLength,
    contentType: properties.contentType,
    tier: properties.accessTier,
    lastModified: properties.lastModified,
    metadata,
  });
}
