import type { Signer } from '@mooring/storage/server';
import { signEach } from '@mooring/storage/server';
import type { S3Location } from '../schemas.ts';
import type { Regions } from './region.ts';
import type { Sessions } from './sessions.ts';
import { createPresigner } from './sigv4.ts';
import { pathOf, placeOf } from './urls.ts';

/** No URL works longer, counted from its date. */
const LONGEST_MS = 7 * 86_400_000;
/** An answer about the region or a session is not waited for longer. */
const SECONDS = 60;

/**
 * Signs URLs for one object each. Apart from keys and window nothing goes into the signature, so that the same window
 * gives the same URL for as long as the same session is used. The method is signed too: HEAD needs a URL of its own.
 */
export function createSigner(
  location: S3Location,
  { regions, sessions }: { regions: Regions; sessions: Sessions },
): Signer {
  const reached =
    location.browserEndpoint === '' ? location : { ...location, endpoint: location.browserEndpoint };
  return {
    async sign(container, names, asked) {
      const signal = AbortSignal.timeout(SECONDS * 1000);
      const region = await regions.get(container, signal);
      const { keys, endsAt } = await sessions.get(container, signal);
      const { startsAt } = asked;
      const end = Math.min(
        asked.expiresAt.getTime(),
        startsAt.getTime() + LONGEST_MS,
        endsAt?.getTime() ?? Number.POSITIVE_INFINITY,
      );
      const seconds = Math.max(1, Math.floor((end - startsAt.getTime()) / 1000));
      const expiresAt = new Date(startsAt.getTime() + seconds * 1000);
      const { protocol, host, base } = placeOf(reached, container, region);
      const sign = createPresigner(
        {
          method: asked.method,
          ...{ host, startsAt, seconds },
          extra: {
            'response-content-type': asked.contentType,
            'x-amz-request-payer': location.payer === 'requester' ? 'requester' : undefined,
          },
        },
        keys,
        { region, service: 's3' },
      );
      return signEach(names, name => {
        const { signed, sent } = pathOf(base, name);
        return { url: `${protocol}//${host}${sent}?${sign(signed)}`, expiresAt };
      });
    },
  };
}
