import { escapeXml, S3Failure } from './errors.ts';
import type { Bucket } from './objects.ts';

const MOST_KEYS = 1000;

/** A page of ListObjectsV2. https://docs.aws.amazon.com/AmazonS3/latest/API/API_ListObjectsV2.html */
export function listPage(
  name: string,
  bucket: Bucket,
  query: URLSearchParams,
  { ignoresStartAfter, wantsRestore }: { ignoresStartAfter: boolean; wantsRestore: boolean },
): string {
  const get = (name: string) => query.get(name) ?? '';
  const [prefix, delimiter, startAfter] = [
    get('prefix'),
    get('delimiter'),
    ignoresStartAfter ? '' : get('start-after'),
  ];
  const isEncoded = get('encoding-type') === 'url';
  const most = Math.min(Number(query.get('max-keys') ?? MOST_KEYS), MOST_KEYS);
  const written = (text: string) => escapeXml(isEncoded ? formEncoded(text) : text);
  const token = query.get('continuation-token');
  const from = token === null ? startAfter : readToken(token);
  const keys = bucket.sorted;
  const entries: string[] = [];
  let last: string | null = null;
  let isTruncated = false;
  for (let at = firstAfter(keys, from, prefix); at < keys.length; at++) {
    const key = keys[at]!;
    if (!key.startsWith(prefix)) break;
    const end = delimiter === '' ? -1 : key.indexOf(delimiter, prefix.length);
    const folded = end < 0 ? null : key.slice(0, end + delimiter.length);
    // What was listed already, or does not lie above the start.
    if (
      folded !== null &&
      (folded === last || (from !== '' && Buffer.compare(Buffer.from(folded), Buffer.from(from)) <= 0))
    )
      continue;
    if (entries.length === most) {
      isTruncated = true;
      break;
    }
    entries.push(
      folded === null
        ? contents(written(key), bucket, key, wantsRestore)
        : `<CommonPrefixes><Prefix>${written(folded)}</Prefix></CommonPrefixes>`,
    );
    last = folded ?? key;
  }
  return `<?xml version="1.0" encoding="UTF-8"?>
<ListBucketResult xmlns="http://s3.amazonaws.com/doc/2006-03-01/"><Name>${name}</Name><Prefix>${written(prefix)}</Prefix>${
    startAfter === '' ? '' : `<StartAfter>${written(startAfter)}</StartAfter>`
  }<KeyCount>${entries.length}</KeyCount><MaxKeys>${most}</MaxKeys>${isEncoded ? '<EncodingType>url</EncodingType>' : ''}${
    isTruncated
      ? `<NextContinuationToken>${Buffer.from(last!).toString('base64url')}</NextContinuationToken>`
      : ''
  }<IsTruncated>${isTruncated}</IsTruncated>${entries.join('')}</ListBucketResult>`;
}

function contents(written: string, bucket: Bucket, key: string, wantsRestore: boolean): string {
  const { etag, body, modified, storageClass, restored } = bucket.objects.get(key)!;
  const date = `${modified.toISOString().slice(0, 19)}.000Z`;
  const restore =
    wantsRestore && restored
      ? '<RestoreStatus><IsRestoreInProgress>false</IsRestoreInProgress><RestoreExpiryDate>2036-12-12T00:00:00.000Z</RestoreExpiryDate></RestoreStatus>'
      : '';
  return `<Contents><Key>${written}</Key><LastModified>${date}</LastModified><ETag>&quot;${etag}&quot;</ETag><Size>${body.length}</Size><StorageClass>${storageClass}</StorageClass>${restore}</Contents>`;
}

/** The first key of the prefix after another one. */
function firstAfter(keys: readonly string[], after: string, prefix: string): number {
  const [bound, beginning] = [Buffer.from(after), Buffer.from(prefix)];
  let [low, high] = [0, keys.length];
  while (low < high) {
    const middle = (low + high) >>> 1;
    const key = Buffer.from(keys[middle]!);
    if (key.compare(beginning) < 0 || (after !== '' && key.compare(bound) <= 0)) low = middle + 1;
    else high = middle;
  }
  return low;
}

/** As forms: a space is `+`; slashes stay. */
const formEncoded = (text: string): string =>
  encodeURIComponent(text)
    .replace(/[!'()~]/g, char => `%${char.charCodeAt(0).toString(16).toUpperCase()}`)
    .replaceAll('%20', '+')
    .replaceAll('%2F', '/');

function readToken(token: string): string {
  const text = Buffer.from(token, 'base64url').toString();
  if (text === '')
    throw new S3Failure(400, 'InvalidArgument', 'The continuation token provided is incorrect');
  return text;
}
