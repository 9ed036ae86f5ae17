import type { Guard } from '@mooring/storage/server';
import { plainRequest } from '@mooring/storage/server';
import type { S3Location } from '../schemas.ts';
import { AMAZON, isAmazonPublic } from '../services.ts';
import { encode } from './sigv4.ts';

/** What stores without regions take. */
const DEFAULT = 'us-east-1';
const REGION = /^[a-z0-9][a-z0-9-]{0,62}$/;

/** The region of each bucket that this provider reaches. */
export interface Regions {
  get(container: string, signal: AbortSignal): Promise<string>;
  /** Takes what the storage says in an answer. @returns whether that is something new */
  learn(container: string, region: string | null): boolean;
}

/**
 * Asks the storage once for the region of a bucket, with a request that carries no credential. Amazon names it in a
 * header even where it refuses the rest. What comes back becomes part of a host name below Amazon's, or of a signature:
 * anything else than a plain name is not taken.
 * https://docs.aws.amazon.com/AmazonS3/latest/API/API_HeadBucket.html
 */
export function createRegions(location: S3Location, { dispatcher }: Pick<Guard, 'dispatcher'>): Regions {
  const known = new Map<string, Promise<string>>();
  const ask = async (container: string, signal: AbortSignal): Promise<string> => {
    const base = isAmazonPublic(location.endpoint) ? AMAZON : location.endpoint;
    const answer = await plainRequest(`${base}/${encode(container)}`, { method: 'HEAD', dispatcher, signal });
    const region = answer.header('x-amz-bucket-region');
    return region && REGION.test(region) ? region : DEFAULT;
  };
  return {
    get(container, signal) {
      if (location.region !== '' && !known.has(container)) return Promise.resolve(location.region);
      const found = known.get(container) ?? ask(container, signal);
      known.set(container, found);
      // It is asked again after a failure, which belongs to who has asked.
      found.catch(() => known.get(container) === found && known.delete(container));
      return found;
    },
    learn(container, region) {
      if (region === null || !REGION.test(region)) return false;
      known.set(container, Promise.resolve(region));
      return true;
    },
  };
}
