// Lists a bucket once, in a process of its own, and says how many objects it saw in how many seconds.
// Arguments: `sdk` or `ours`, the endpoint, the region, and how many objects to stop after.
import { paginateListObjectsV2, S3Client } from '@aws-sdk/client-s3';
import { createS3Provider } from '@mooring/s3/provider';
import type { StorageObject } from '@mooring/storage/server';
import { createGuard, systemClock } from '@mooring/storage/server';
import { listAll } from '../../../packages/server/src/listing/list-all.ts';
import { KEYS } from './keys.ts';

const [client = '', endpoint = '', region = '', limit = ''] = process.argv.slice(2);

/** The loop that the SDK's documentation shows, which stores nothing. */
async function* sdkPages(): AsyncGenerator<number> {
  const s3 = new S3Client({ endpoint, region, forcePathStyle: true, credentials: KEYS });
  for await (const { Contents } of paginateListObjectsV2({ client: s3 }, { Bucket: 'media' }))
    yield Contents?.length ?? 0;
}

const provider = createS3Provider({
  location: {
    ...{ container: 'media', prefix: '', region, endpoint, addressing: 'path' },
    ...{ browserEndpoint: '', payer: 'owner', bucketOwner: '' },
  },
  credential: { kind: 's3-keys', ...KEYS },
  accessMode: 'server',
  guard: createGuard({ allowPrivate: true }),
  clock: systemClock,
});

/** Makes every field of an object, as the SDK does. Our own syncs need only a few of them. */
function handOver({ key, etag, sizeBytes, lastModified }: StorageObject): void {
  if (!key || !etag || !lastModified || sizeBytes < 0) throw new Error('something is missing');
}

async function* ourPages(): AsyncGenerator<number> {
  const { signal } = new AbortController();
  const listing = listAll(provider, { container: 'media', prefix: '', cursor: null, before: '', signal });
  for await (const { objects } of listing) {
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
const objects = await count(Number(limit));
console.log(JSON.stringify({ objects, seconds: (performance.now() - begin) / 1000 }));
process.exit();
