// Lists a container once, in a process of its own, and says how many objects it saw in how many seconds.
// Arguments: `sdk` or `ours`, the endpoint, and how many objects to stop after.
import { AnonymousCredential, ContainerClient } from '@azure/storage-blob';
import { createAzureProvider } from '@mooring/azure/provider';
import type { StorageObject } from '@mooring/storage/server';
import { createGuard, systemClock } from '@mooring/storage/server';
import { listAll } from '../../packages/server/src/listing/list-all.ts';
import { SAS } from '../sas.ts';

const [client = '', endpoint = '', limit = ''] = process.argv.slice(2);

/** The loop that the SDK's documentation shows, which stores nothing. */
async function* sdkPages(): AsyncGenerator<number> {
  const container = new ContainerClient(`${endpoint}/media?${SAS}`, new AnonymousCredential());
  const pages = container.listBlobsFlat({ includeMetadata: true }).byPage({ maxPageSize: 5000 });
  for await (const { segment } of pages) yield segment.blobItems.length;
}

const provider = createAzureProvider({
  location: { account: 'acme', endpoint },
  credential: { kind: 'azure-sas', sasToken: SAS },
  accessMode: 'server',
  authorityHost: 'https://login.microsoftonline.com',
  guard: createGuard({ allowPrivate: true }),
  clock: systemClock,
});

/** Makes every field of an object, as the SDK does. Our own syncs need only a few of them. */
function handOver({ key, etag, sizeBytes, contentType, lastModified }: StorageObject): void {
  if (!key || !etag || !lastModified || sizeBytes < 0 || contentType === '')
    throw new Error('something is missing');
}

async function* ourPages(): AsyncGenerator<number> {
  const { signal } = new AbortController();
  const listing = listAll(provider, { container: 'media', prefix: '', cursor: null, before: '', signal });
  for await (const { objects, inOrder } of listing) {
    if (!inOrder) throw new Error('the listing is out of order');
    for (const object of objects) handOver(object);
    yield objects.length;
  }
}

/** @returns how many objects there were, at most a page more than asked for */
async function count(most: number): Promise<number> {
  let objects = 0;
  for await (const inPage of client === 'sdk' ? sdkPages() : ourPages()) {
    objects += inPage;
    if (objects >= most) break;
  }
  return objects;
}

await count(1); // what is loaded and opened once belongs to no listing
const begin = performance.now();
const cpu = process.cpuUsage();
const objects = await count(Number(limit));
const { user, system } = process.cpuUsage(cpu);
console.log(
  JSON.stringify({
    objects,
    seconds: (performance.now() - begin) / 1000,
    cpuSeconds: (user + system) / 1e6,
  }),
);
process.exit();
