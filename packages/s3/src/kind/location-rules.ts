import type { FormField, LocationRules, Reading } from '@mooring/storage';
import { SOUND, secretRefusal, unwrapPasted, wrong } from '@mooring/storage';
import { PARTS, type Parts, readAddress, readLocation, toParts } from '../location.ts';
import { bucketProblem } from '../names.ts';
import type { S3Location } from '../schemas.ts';
import { s3Secrets } from '../secrets.ts';
import { hostnameOf, isAmazon, isAmazonPublic, readHost, serviceAt } from '../services.ts';
import { partitionOf } from '../setup/policy.ts';

/** A part by itself can only be seen to hold a secret; the rest is judged together, by `read`. */
const judge: FormField['judge'] = typed => {
  const secret = secretRefusal(typed, s3Secrets);
  return secret ? wrong(secret.message, secret.fix, secret.code) : SOUND;
};

const advanced = { optional: true, advanced: true, judge };

export const s3LocationRules: LocationRules<S3Location> = {
  address: {
    name: 'url',
    label: 'Address of the bucket',
    hint: 's3://BUCKET/PREFIX, the ARN, the URL of an object, or the address of the bucket’s page in the console.',
    example: 's3://acme-media/raw/',
    judge(typed) {
      const read = readAddress(typed);
      return read.ok ? SOUND : wrong(read.message, read.fix, read.code);
    },
  },
  parts: [
    { name: 'container', label: 'Bucket', example: 'acme-media', judge },
    { name: 'prefix', label: 'Prefix', optional: true, example: 'raw/2026/', judge },
    {
      name: 'endpoint',
      label: 'Endpoint',
      hint: 'Empty for Amazon S3. MinIO and Ceph run under a name of their owner; R2, Wasabi and B2 show it with the bucket.',
      optional: true,
      example: 'https://minio.example:9000',
      judge,
    },
    {
      ...{ name: 'region', label: 'Region', example: 'eu-central-1' },
      hint: 'Empty: Mooring asks the storage.',
      ...advanced,
    },
    {
      ...{ name: 'addressing', label: 'Addressing', example: 'path' },
      hint: '“path”: the bucket stands in the path. “virtual”: it stands in the host name.',
      ...advanced,
    },
    {
      ...{ name: 'browserEndpoint', label: 'Endpoint for browsers', example: 'https://media.example' },
      hint: 'Only where browsers reach the storage under another name than Mooring’s server does.',
      ...advanced,
    },
    {
      ...{ name: 'payer', label: 'Who pays for requests', example: 'requester' },
      hint: '“requester” where the bucket is set to Requester Pays.',
      ...advanced,
    },
    {
      ...{ name: 'bucketOwner', label: 'Account of the bucket', example: '111122223333' },
      hint: 'With it, Mooring refuses a bucket of this name that belongs to another account.',
      ...advanced,
    },
  ],
  recognises(typed) {
    const text = unwrapPasted(typed);
    if (/^(s3[an]?:\/\/|arn:aws[a-z-]*:s3:)/i.test(text) || /[?&]X-Amz-/i.test(text)) return true;
    const host = /^(?:https?:\/\/)?([^/?#:]+)/i.exec(text)?.[1] ?? '';
    return readHost(host) !== null || /(^|\.)console\.(aws\.amazon\.com|amazonaws\.cn)$/i.test(host);
  },
  takeApart: address => readAddress(address) as Reading<Record<string, string>>,
  join({ endpoint = '', container = '', prefix = '' }) {
    return endpoint + container + prefix === '' ? '' : addressOf({ endpoint, container, prefix });
  },
  withPart: (parts, name, typed) => ({ ...parts, [name]: typed }),
  about(parts) {
    const read = readLocation(Object.fromEntries(PARTS.map(name => [name, parts[name] ?? ''])));
    if (!read.ok) return '';
    const { endpoint, region, addressing } = read.value;
    const where = region === '' ? 'Mooring asks the storage for the region' : `in the region ${region}`;
    const style = addressing === 'path' ? 'path' : 'host name';
    return `${capital(serviceAt(endpoint))}, ${where}, with the bucket in the ${style}.`;
  },
  read: readLocation,
  // A secret access key never stands in an address; a signed URL opens one object.
  credentialIn: () => null,
  object(url, location) {
    const read = readAddress(url, location.endpoint);
    if (!read.ok) return read;
    const { container = '', prefix: key = '' } = read.value;
    const problem = bucketProblem(container, isAmazon(location.endpoint));
    if (problem === null && key !== '') return { ok: true, value: { container, key } };
    return {
      ...{ ok: false, code: 'invalid_request', field: 'url' },
      message: problem ?? 'This is the address of a bucket, not of an object in it.',
      fix: 'Paste the address of an object.',
    };
  },
  owns: ownedObject,
  containerProblem: name => bucketProblem(name, false),
  toParts: location => ({ ...toParts(location) }) satisfies Parts,
  url: ({ endpoint, container, prefix }) =>
    addressOf({ endpoint: isAmazon(endpoint) ? '' : endpoint, container, prefix }),
  title: ({ container, prefix }) => `${container}/${prefix}`,
  name: ({ endpoint, container }) =>
    isAmazon(endpoint) ? container : `${container} at ${hostnameOf(endpoint)}`,
  // Names of buckets are unique at an endpoint, and at Amazon in all regions together.
  place: ({ endpoint, container }) => `${isAmazon(endpoint) ? amazonOf(endpoint) : endpoint}/${container}`,
};

/** Each of Amazon's partitions has names of its own. */
const amazonOf = (endpoint: string): string => partitionOf(readHost(hostnameOf(endpoint))?.region ?? '');

const addressOf = ({ endpoint, container, prefix }: Pick<S3Location, 'endpoint' | 'container' | 'prefix'>) =>
  endpoint === ''
    ? `s3://${container}/${prefix}`
    : `${endpoint.replace(/\/$/, '')}/${container}/${prefix.split('/').map(encodeURIComponent).join('/')}`;

const capital = (text: string): string => text[0]!.toUpperCase() + text.slice(1);

/**
 * The object that an address names in the bucket of a location. `s3://` and ARNs name the bucket alone, so they belong
 * to it at any endpoint.
 */
function ownedObject(address: string, location: S3Location): { container: string; key: string } | null {
  const isName = /^\s*(s3[an]?:\/\/|arn:)/i.test(address);
  if (!isName && !/^\s*https?:\/\//i.test(address)) return null;
  const read = readAddress(address, location.endpoint);
  if (!read.ok) return null;
  const { container, prefix: key = '', endpoint } = read.value;
  const isThere =
    endpoint === undefined ? isName || isAmazonPublic(location.endpoint) : endpoint === location.endpoint;
  return isThere && container === location.container && key !== '' ? { container, key } : null;
}
