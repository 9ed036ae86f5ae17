import { type Clock, signOne } from '@mooring/storage/server';
import { nameOf } from '../catalogue/key.ts';
import { MooringError } from '../platform/problem.ts';
import type { DeliveryConnections } from './place.ts';
import type { ObjectGrant } from './relay-address.ts';
import { typeInstead } from './told-type.ts';

const LIFETIME_SECONDS = 600;

export interface ProbeUrl {
  url: string;
  expiresAt: string;
  delivery: 'direct' | 'relay';
}

/**
 * Makes a URL for an object that need not be in the catalogue, in the way in which its connection delivers: direct
 * where the credential can sign, else an address of the relay. It works for ten minutes.
 */
export function createProbe(deps: {
  connections: DeliveryConnections;
  clock: Clock;
  issueRelayToken: (grant: ObjectGrant) => string;
}) {
  /**
   * @param baseUrl where this server is reached from outside, without a trailing slash
   * @throws MooringError as opening the connection, `conflict` where it can neither sign nor read; ProviderError
   */
  return async (
    workspaceId: string,
    connectionId: string,
    { container, key, contentType }: { container: string; key: string; contentType: string | null },
    baseUrl: string,
  ): Promise<ProbeUrl> => {
    const { provider } = await deps.connections.open(workspaceId, connectionId);
    const { signer, reader, capabilities } = provider;
    const now = deps.clock.now();
    if (signer) {
      const instead = capabilities.signsType
        ? typeInstead({ name: nameOf(key), contentType, media: null })
        : null;
      const { url, expiresAt } = await signOne(signer, {
        ...{ container, key, now, seconds: LIFETIME_SECONDS },
        contentType: instead ?? undefined,
      });
      return { url, expiresAt: expiresAt.toISOString(), delivery: 'direct' };
    }
    if (!reader) {
      throw new MooringError('conflict', 'Nothing of this connection can be delivered to a browser.', {
        fix: 'Replace its credential with one that can sign URLs.',
      });
    }
    const until = new Date((Math.floor(now.getTime() / 1000) + LIFETIME_SECONDS) * 1000);
    const token = deps.issueRelayToken({ workspaceId, connectionId, container, key, expiresAt: until });
    return { url: `${baseUrl}/relay/${token}`, expiresAt: until.toISOString(), delivery: 'relay' };
  };
}
