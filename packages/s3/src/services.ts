// Services that speak S3, as far as their host names tell them apart.

/** Where Amazon answers while the region of a bucket is not known. */
export const AMAZON = 'https://s3.amazonaws.com';

/** What an address of a service says. */
export interface Host {
  service: string;
  endpoint: string;
  region: string;
  addressing: 'virtual' | 'path';
  /** The bucket, where it is part of the host name. */
  bucket: string;
}

interface Service {
  name: string;
  /** Groups: `bucket` where the host name can begin with one, `rest` for the endpoint, `region`. */
  host: RegExp;
  /** Where no group says it. */
  region: string;
  addressing: 'virtual' | 'path';
}

/** https://docs.aws.amazon.com/general/latest/gr/s3.html */
const AMAZON_HOST =
  /^(?:(?<bucket>.+?)\.)?(?<rest>s3(?:-fips)?[.-](?:dualstack\.)?(?<region>[a-z]{2}(?:-[a-z]+)+-\d+)\.amazonaws\.com(?:\.cn)?)$/;
const AMAZON_GLOBAL = /^(?:(?<bucket>.+?)\.)?(?<rest>s3\.amazonaws\.com)$/;
/** Of an interface endpoint in the customer's own network. */
const AMAZON_PRIVATE =
  /^(?:(?<bucket>.+?)\.)?(?<rest>bucket\.vpce-[a-z0-9-]+\.s3\.(?<region>[a-z0-9-]+)\.vpce\.amazonaws\.com)$/;

const SERVICES: readonly Service[] = [
  { name: 'Amazon S3', host: AMAZON_PRIVATE, region: '', addressing: 'virtual' },
  { name: 'Amazon S3', host: AMAZON_HOST, region: '', addressing: 'virtual' },
  { name: 'Amazon S3', host: AMAZON_GLOBAL, region: '', addressing: 'virtual' },
  {
    name: 'Cloudflare R2',
    host: /^(?:(?<bucket>.+?)\.)?(?<rest>[0-9a-f]{32}(?:\.[a-z]+)?\.r2\.cloudflarestorage\.com)$/,
    region: 'auto',
    addressing: 'path',
  },
  {
    name: 'Wasabi',
    host: /^(?:(?<bucket>.+?)\.)?(?<rest>s3\.(?:(?<region>[a-z]{2}-[a-z]+-\d)\.)?wasabisys\.com)$/,
    region: 'us-east-1',
    addressing: 'virtual',
  },
  {
    name: 'Backblaze B2',
    host: /^(?:(?<bucket>.+?)\.)?(?<rest>s3\.(?<region>[a-z]{2}-[a-z]+-\d{3})\.backblazeb2\.com)$/,
    region: '',
    addressing: 'virtual',
  },
  {
    name: 'DigitalOcean Spaces',
    host: /^(?:(?<bucket>.+?)\.)?(?<rest>(?<region>[a-z]{3}\d)\.digitaloceanspaces\.com)$/,
    region: '',
    addressing: 'virtual',
  },
];

/**
 * What a host name says; null where it is none of a known service: MinIO, Ceph and others run under names of their
 * owner.
 */
export function readHost(host: string): Host | null {
  for (const { name, host: pattern, region, addressing } of SERVICES) {
    const groups = pattern.exec(host.toLowerCase())?.groups;
    if (!groups) continue;
    const rest = groups.rest!;
    return {
      service: name,
      endpoint: `https://${rest}`,
      region: groups.region ?? region,
      addressing,
      bucket: groups.bucket ?? '',
    };
  }
  return null;
}

/** Whether an endpoint is Amazon's, in any region. Only Amazon gives out these names. */
export const isAmazon = (endpoint: string): boolean =>
  readHost(hostnameOf(endpoint))?.service === 'Amazon S3' && endpoint.startsWith('https:');

/** Whether it is one of the public names of Amazon S3, which follow from the region. */
export const isAmazonPublic = (endpoint: string): boolean => {
  const host = hostnameOf(endpoint);
  return AMAZON_GLOBAL.test(host) || /^s3\.[a-z0-9-]+\.amazonaws\.com(\.cn)?$/.test(host);
};

/** The public endpoint of a region. @param region empty where it is not known */
export const amazonEndpoint = (region: string): string =>
  region === '' ? AMAZON : `https://s3.${region}.amazonaws.com${region.startsWith('cn-') ? '.cn' : ''}`;

export const hostnameOf = (endpoint: string): string => new URL(endpoint).hostname;

/** The name of the service at an endpoint, for sentences. */
export const serviceAt = (endpoint: string): string =>
  readHost(hostnameOf(endpoint))?.service ?? `the storage at ${new URL(endpoint).host}`;
