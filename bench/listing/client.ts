// Lists a container once, in a process of its own, and says how many objects it saw in how many seconds.
// Arguments: `sdk` or `ours`, the endpoint, and how many objects to stop after.
import { AnonymousCredential, ContainerClient } from '@azure/storage-blob';
import { listAll } from '../../packages/server/src/listing/list-all.ts';
import { systemClock } from '../../packages/server/src/platform/clock.ts';
import { createGuard } from '../../packages/server/src/platform/network.ts';
import { createAzureProvider } from '../../packages/server/src/providers/azure/index.ts';

const [client = '', endpoint = '', limit = ''] = process.argv.slice(2);
const SAS = 'sv=2026-10-06&ss=b&srt=sco&sp=rl&se=2099-01-01T00:00:00Z&sig=bm9ib2R5IHZlcmlmaWVzIHRoaXM%3D';

/** The loop that the SDK's documentation shows, which stores nothing. */
async function* sdkPages(): AsyncGenerator<number> {
  const container = new ContainerClient(`${endpoint}/media?${SAS}`, new AnonymousCredential());
  const pages = container.listBlobsFlat({ includeMetadata: true }).byPage({ maxPageSize: 5000 });
  for await (const { segment } of pages) yield segment.blobItems.length;
}

async function* ourPages(): AsyncGenerator<number> {
  const guard = createGuard({ allowPrivate: true });
  const provider = createAzureProvider({
    location: { account: 'acme', endpoint },
    credential: { kind: 'azure-sas', sasToken: SAS },
    accessMode: 'server',
    authorityHost: 'https://login.microsoftonline.com',
    guard,
    clock: systemClock,
  });
  const { signal } = new AbortController();
  const listing = listAll(provider, { container: 'media', prefix: '', cursor: null, before: '', signal });
  for await (const { objects, inOrder } of listing) {
    if (!inOrder) throw new Error('the listing is out of order');
    yield objects.length;
  }
  await guard.close();
}

const begin = performance.now();
let objects = 0;
for await (const count of client === 'sdk' ? sdkPages() : ourPages()) {
  objects += count;
  if (objects >= Number(limit)) break;
}
console.log(JSON.stringify({ objects, seconds: (performance.now() - begin) / 1000 }));
process.exit();
