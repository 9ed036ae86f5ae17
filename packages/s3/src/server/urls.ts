import { ProviderError } from '@mooring/storage/server';
import type { S3Location } from '../schemas.ts';
import { amazonEndpoint, isAmazonPublic } from '../services.ts';
import { encode } from './sigv4.ts';

/** Where requests for one bucket go. */
export interface Place {
  /** Such as `https:`. */
  protocol: string;
  /** With the port where it is not the usual one. */
  host: string;
  /** `/bucket`, or empty where the host names the bucket. */
  base: string;
}

type Reached = Pick<S3Location, 'endpoint' | 'addressing'>;

/** Where the storage answers for a bucket in a region. */
export function placeOf({ endpoint, addressing }: Reached, container: string, region: string): Place {
  const { protocol, host } = new URL(isAmazonPublic(endpoint) ? amazonEndpoint(region) : endpoint);
  // A container of another connection can have a dot where this one's has none.
  return addressing === 'path' || container.includes('.')
    ? { protocol, host, base: `/${encode(container)}` }
    : { protocol, host: `${container}.${host}`, base: '' };
}

const isDots = (segment: string): boolean => segment === '.' || segment === '..';

/**
 * A key as it is signed, and as it stands in a URL. Every URL parser folds the segments `.` and `..`, and would reach
 * another object; a key that has them is written as one segment with its slashes encoded. Servers decode the path before
 * they check the signature, which is over the key with its slashes.
 * @throws ProviderError `invalid` where no URL can name the key
 */
export function pathOf(base: string, key: string): { signed: string; sent: string } {
  if (key === '' || isDots(key) || !key.isWellFormed())
    throw new ProviderError('invalid', `No URL can name an object with the key “${key.toWellFormed()}”.`, {
      fix: 'Rename the object in the storage.',
    });
  const segments = key.split('/');
  const encoded = segments.map(encode);
  const signed = `${base}/${encoded.join('/')}`;
  return { signed, sent: segments.some(isDots) ? `${base}/${encoded.join('%2F')}` : signed };
}
