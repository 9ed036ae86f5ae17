import type { StorageLocationInput } from '@mooring/contract';
import { type Reading, type Refusal, secretRefusal, unwrapPasted } from '@mooring/storage';
import { bucketProblem } from './names.ts';
import type { S3Location } from './schemas.ts';
import { s3Secrets } from './secrets.ts';
import { AMAZON, amazonEndpoint, hostnameOf, isAmazon, isAmazonPublic, readHost } from './services.ts';

/** The parts of a location, as texts; empty where nothing was said. */
export const PARTS = [
  'container',
  'prefix',
  'region',
  'endpoint',
  'addressing',
  'browserEndpoint',
  'payer',
  'bucketOwner',
] as const;
export type Parts = Record<(typeof PARTS)[number], string>;
type Field = keyof Parts | 'url';

const refuse = (field: Field, message: string, fix: string): Refusal => ({
  ok: false,
  code: 'invalid_location',
  field,
  message,
  fix,
});
const GIVE_ADDRESS =
  'Paste an address such as s3://BUCKET/PREFIX, or https://BUCKET.s3.REGION.amazonaws.com/PREFIX.';

/**
 * Where typed fields lead: an address, or the parts. What follows the `?` of an address is dropped, because it can be a
 * signature. Pure.
 */
export function readLocation(typed: StorageLocationInput): Reading<S3Location> {
  const parts = partsTyped(typed);
  for (const field of PARTS) {
    const secret = secretRefusal(parts[field], s3Secrets);
    if (secret) return refuse(field, secret.message, secret.fix);
  }
  const url = typed.url?.trim() ?? '';
  const read: Reading<Partial<Parts>> =
    url === '' ? { ok: true, value: {} } : readAddress(url, parts.endpoint);
  if (!read.ok) return read;
  for (const field of PARTS) {
    const said = read.value[field] ?? '';
    if (parts[field] !== '' && said !== '' && parts[field].replace(/\/$/, '') !== said)
      return refuse(
        field,
        `The ${WORDS[field]} is “${parts[field]}”, but the address says “${said}”.`,
        'Leave one of the two out.',
      );
    parts[field] ||= said;
  }
  return complete(parts);
}

const WORDS: Record<keyof Parts, string> = {
  container: 'bucket',
  prefix: 'prefix',
  region: 'region',
  endpoint: 'endpoint',
  addressing: 'addressing',
  browserEndpoint: 'endpoint for browsers',
  payer: 'payer',
  bucketOwner: 'owner of the bucket',
};

/** Without the white space around them, but for a prefix, which can begin or end with some. */
const partsTyped = (typed: StorageLocationInput): Parts =>
  Object.fromEntries(
    PARTS.map(name => [name, name === 'prefix' ? (typed.prefix ?? '') : (typed[name]?.trim() ?? '')]),
  ) as Parts;

function complete(parts: Parts): Reading<S3Location> {
  const endpoint = parts.endpoint === '' ? AMAZON : readEndpoint(parts.endpoint, 'endpoint');
  if (typeof endpoint !== 'string') return endpoint;
  const known = readHost(hostnameOf(endpoint));
  const region = parts.region || known?.region || '';
  if (region !== '' && !/^[a-z0-9][a-z0-9-]{0,62}$/i.test(region))
    return refuse(
      'region',
      'This is not the name of a region; expected one such as eu-central-1.',
      'Copy it from the properties of the bucket, or leave it empty.',
    );
  const problem =
    parts.container === '' ? 'The bucket is missing.' : bucketProblem(parts.container, isAmazon(endpoint));
  if (problem) return refuse('container', problem, GIVE_ADDRESS);
  if (parts.prefix.includes('\0') || !parts.prefix.isWellFormed() || parts.prefix.length > 1024)
    return refuse('prefix', 'No key begins with this prefix.', 'Copy the prefix from the storage.');
  const browserEndpoint =
    parts.browserEndpoint === '' ? '' : readEndpoint(parts.browserEndpoint, 'browserEndpoint');
  if (typeof browserEndpoint !== 'string') return browserEndpoint;
  if (!/^(|virtual|path)$/.test(parts.addressing))
    return refuse('addressing', 'Expected “virtual” or “path”.', 'Leave it empty if you do not know.');
  if (!/^(|owner|requester)$/.test(parts.payer))
    return refuse(
      'payer',
      'Expected “owner” or “requester”.',
      'Leave it empty if the owner of the bucket pays.',
    );
  if (!/^(|\d{12})$/.test(parts.bucketOwner))
    return refuse(
      'bucketOwner',
      'The owner of the bucket is an account with 12 digits.',
      'Copy the account id from the console.',
    );
  return {
    ok: true,
    value: {
      container: parts.container,
      prefix: parts.prefix,
      region,
      endpoint: isAmazonPublic(endpoint) ? amazonEndpoint(region) : endpoint,
      // A certificate for *.s3.amazonaws.com is for no name with a dot in the place of the star.
      addressing: (parts.addressing ||
        (known && !parts.container.includes('.') ? known.addressing : 'path')) as S3Location['addressing'],
      browserEndpoint,
      payer: (parts.payer || 'owner') as S3Location['payer'],
      bucketOwner: parts.bucketOwner,
    },
  };
}

/** An endpoint without its trailing slash. */
function readEndpoint(text: string, field: Field): string | Refusal {
  const address = /^[a-z][a-z0-9+.-]*:\/\//i.test(text) ? text : `https://${text}`;
  const url = URL.canParse(address) ? new URL(address) : null;
  if (!url || !/^https?:$/.test(url.protocol) || url.hostname === '')
    return refuse(
      field,
      'This is not an endpoint; expected a URL such as https://minio.example:9000.',
      'Copy the endpoint from the storage.',
    );
  if (url.username !== '' || url.password !== '' || url.search !== '' || url.hash !== '')
    return refuse(
      field,
      'An endpoint has neither a password nor a “?” or “#” in it.',
      'Leave out what does not belong to the endpoint.',
    );
  if (url.pathname !== '/')
    return refuse(
      field,
      'The endpoint has a path; S3 answers at the root of a host.',
      'Type the bucket and the prefix into their own fields.',
    );
  const host = readHost(url.hostname);
  if (host && host.bucket !== '')
    return refuse(
      field,
      `The endpoint begins with the name of a bucket; expected ${host.endpoint}.`,
      'Leave the bucket out of the endpoint, and type it into its own field.',
    );
  return url.origin;
}

/**
 * What an address says; parts that it does not say are left out. Names are not judged. Takes `s3://`, `s3a://`, ARNs,
 * the address of the console, and URLs with the bucket in the host or in the path.
 * @param endpoint as it was typed, which says where the path of a URL begins
 */
export function readAddress(pasted: string, endpoint = ''): Reading<Partial<Parts>> {
  const text = unwrapPasted(pasted);
  const uri = /^s3[an]?:\/\/([^/?#]*)\/?([^?#]*)/i.exec(text);
  if (uri) return { ok: true, value: { container: uri[1]!, prefix: uri[2]! } };
  if (/^arn:/i.test(text)) return readArn(text);
  if (/^[a-z][a-z0-9+.-]*:\/\//i.test(text)) return readUrl(text, endpoint);
  const secret = secretRefusal(text, s3Secrets);
  if (secret) return refuse('url', secret.message, secret.fix);
  const named = /^([A-Za-z0-9][\w.-]*)(?:\/([^?#]*))?$/.exec(text);
  if (!named) return refuse('url', 'This is not an address of a bucket.', GIVE_ADDRESS);
  // A host name with a path, or a bucket with a prefix.
  if (readHost(named[1]!)) return readUrl(`https://${text}`, endpoint);
  return { ok: true, value: { container: named[1]!, prefix: named[2] ?? '' } };
}

function readArn(text: string): Reading<Partial<Parts>> {
  const bucket = /^arn:aws[a-z-]*:s3:::([^/]+)\/?(.*)$/is.exec(text);
  // The resource of a policy: all objects.
  if (bucket) return { ok: true, value: { container: bucket[1]!, prefix: bucket[2]!.replace(/\*$/, '') } };
  if (/:accesspoint[/:]/.test(text))
    return refuse(
      'url',
      'This is the ARN of an access point.',
      'Paste its alias, which ends in -s3alias and works like the name of a bucket.',
    );
  return refuse(
    'url',
    'This ARN is not that of a bucket.',
    'Paste the ARN of the bucket: arn:aws:s3:::BUCKET.',
  );
}

function readUrl(text: string, typedEndpoint: string): Reading<Partial<Parts>> {
  // Not `pathname`: it would fold `..`, which can be part of a key.
  const [, authority = '', rawPath = ''] = /^[a-z][a-z0-9+.-]*:\/\/([^/?#]*)\/?([^?#]*)/i.exec(text) ?? [];
  const url = URL.canParse(text) ? new URL(text) : null;
  if (!url || !/^https?:$/.test(url.protocol) || authority.includes('@'))
    return refuse('url', 'This is not an address of a bucket.', GIVE_ADDRESS);
  const path = decode(rawPath);
  if (path === null)
    return refuse('url', 'The address is not percent-encoded as URLs are.', 'Copy the address again.');
  if (/(^|\.)console\.(aws\.amazon\.com|amazonaws\.cn)$/.test(url.hostname)) return readConsole(url, path);
  const host = readHost(url.hostname);
  if (host?.bucket) {
    const { bucket, endpoint, region } = host;
    return { ok: true, value: { container: bucket, prefix: path, ...said(endpoint, region) } };
  }
  const typed = typedEndpoint === '' ? null : readEndpoint(typedEndpoint, 'endpoint');
  const isBelow = typeof typed === 'string' && url.host.endsWith(`.${new URL(typed).host}`);
  if (isBelow)
    return {
      ok: true,
      value: {
        container: url.host.slice(0, -new URL(typed).host.length - 1),
        prefix: path,
        endpoint: typed,
        addressing: 'virtual',
      },
    };
  const [, container = '', prefix = ''] = /^([^/]*)\/?(.*)$/s.exec(path)!;
  return { ok: true, value: { container, prefix, ...said(url.origin, host?.region ?? '') } };
}

/** Amazon's own endpoint follows from the region, so it is not said. */
const said = (endpoint: string, region: string): Partial<Parts> => ({
  ...(isAmazonPublic(endpoint) ? {} : { endpoint }),
  ...(region === '' ? {} : { region }),
});

/** The address of the console: …/s3/buckets/BUCKET?region=…&prefix=… */
function readConsole(url: URL, path: string): Reading<Partial<Parts>> {
  const container = /^s3\/(?:buckets|object)\/([^/]+)$/.exec(path)?.[1];
  if (container === undefined)
    return refuse(
      'url',
      'This page of the console is not that of a bucket.',
      'Open the bucket in the console, and copy its address.',
    );
  const region = url.searchParams.get('region');
  return {
    ok: true,
    value: { container, prefix: url.searchParams.get('prefix') ?? '', ...(region && { region }) },
  };
}

function decode(path: string): string | null {
  try {
    return decodeURIComponent(path);
  } catch {
    return null;
  }
}

/** What a location says, part by part, without what follows from the rest. */
export function toParts(location: S3Location): Parts {
  const { endpoint, container, payer } = location;
  const known = readHost(hostnameOf(endpoint));
  const usual = known && !container.includes('.') ? known.addressing : 'path';
  return {
    container,
    prefix: location.prefix,
    region: location.region,
    endpoint: isAmazonPublic(endpoint) ? '' : endpoint,
    addressing: location.addressing === usual ? '' : location.addressing,
    browserEndpoint: location.browserEndpoint,
    payer: payer === 'owner' ? '' : payer,
    bucketOwner: location.bucketOwner,
  };
}
