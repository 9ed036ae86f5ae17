import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import {
  AnonymousCredential,
  type BlobItem,
  ContainerClient,
  StorageResponseFormat,
} from '@azure/storage-blob';
import type { ListPage } from '@mooring/storage/server';
import { toStorageObject } from '../storage-object.ts';

/** Reads bodies with the official SDK, as answers of a server. */
export async function startSdkReader() {
  let body = Buffer.alloc(0);
  let contentType = '';
  const server = createServer((_, response) => {
    response.writeHead(200, { 'content-type': contentType, 'content-length': body.length }).end(body);
  }).listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  const client = new ContainerClient(`http://127.0.0.1:${port}/acme/media`, new AnonymousCredential(), {
    retryOptions: { maxTries: 1 },
  });

  return {
    /** @throws the SDK's own error for a body that it cannot read */
    async read(format: 'xml' | 'arrow', bytes: Uint8Array): Promise<ListPage> {
      body = Buffer.from(bytes);
      contentType = format === 'xml' ? 'application/xml' : 'application/vnd.apache.arrow.stream';
      const options = { includeMetadata: true, responseFormat: StorageResponseFormat.Arrow };
      const pages = client
        .listBlobsByHierarchy('/', format === 'xml' ? { includeMetadata: true } : options)
        .byPage();
      const { segment, continuationToken } = (await pages.next()).value;
      return {
        objects: segment.blobItems.filter(isCurrent).map(toObject),
        prefixes: (segment.blobPrefixes ?? []).map(({ name }: { name: string }) => name),
        cursor: continuationToken || null,
      };
    },

    async stop(): Promise<void> {
      server.closeAllConnections();
      await new Promise(resolve => server.close(resolve));
    },
  };
}
export type SdkReader = Awaited<ReturnType<typeof startSdkReader>>;

const isCurrent = ({ deleted, snapshot, isCurrentVersion }: BlobItem): boolean =>
  !deleted && !snapshot && isCurrentVersion !== false;

const toObject = ({ name, metadata, properties }: BlobItem) =>
  toStorageObject(name, {
    etag: properties.etag,
    sizeBytes: properties.contentLength,
    contentType: properties.contentType,
    tier: properties.accessTier,
    lastModified: properties.lastModified,
    metadata,
  });
