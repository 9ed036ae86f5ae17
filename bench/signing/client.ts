// Signs URLs for objects of a bucket in a process of its own, and says how long it took.
// Arguments: `sdk` or `ours`, and how many.
import { GetObjectCommand, S3Client } from '@aws-sdk/client-s3';
import { getSignedUrl } from '@aws-sdk/s3-request-presigner';
import { createS3Provider } from '@mooring/s3/provider';
import { createGuard, systemClock } from '@mooring/storage/server';
import { KEYS } from '../listing/s3/keys.ts';

const [client = '', count = ''] = process.argv.slice(2);
const REGION = 'eu-central-1';
const SECONDS = 900;
/** What a grid asks for at once. */
const BATCH = 500;

const sdk = new S3Client({ region: REGION, credentials: KEYS });
const signWithSdk = (keys: string[]): Promise<string[]> =>
  Promise.all(
    keys.map(Key =>
      getSignedUrl(sdk, new GetObjectCommand({ Bucket: 'media', Key }), { expiresIn: SECONDS }),
    ),
  );

const { signer } = createS3Provider({
  location: {
    ...{
      container: 'media',
      prefix: '',
      region: REGION,
      endpoint: `https://s3.${REGION}.amazonaws.com`,
      addressing: 'virtual',
    },
    ...{ browserEndpoint: '', payer: 'owner', bucketOwner: '' },
  },
  credential: { kind: 's3-keys', ...KEYS },
  accessMode: 'server',
  guard: createGuard({ allowPrivate: false }),
  clock: systemClock,
});
const signOurs = async (keys: string[]): Promise<string[]> => {
  const startsAt = new Date();
  const expiresAt = new Date(startsAt.getTime() + SECONDS * 1000);
  const signed = await signer!.sign('media', keys, { method: 'GET', startsAt, expiresAt });
  return signed.map(one => {
    if (!('url' in one)) throw new Error('a URL is missing');
    return one.url;
  });
};

const sign = client === 'sdk' ? signWithSdk : signOurs;
const all = Array.from({ length: Number(count) }, (_, index) => `folder ${index % 100}/frame-${index}.jpg`);
await sign(all.slice(0, BATCH)); // what is loaded once belongs to no URL
const begin = performance.now();
let urls = 0;
for (let at = 0; at < all.length; at += BATCH) urls += (await sign(all.slice(at, at + BATCH))).length;
console.log(JSON.stringify({ urls, seconds: (performance.now() - begin) / 1000 }));
process.exit();
