import { type Clock, signOne } from '@mooring/storage/server';
import { nameOf } from '../catalogue/key.ts';
import { MooringError } from '../platform/problem.ts';
import type { IssuedUrlLog } from './issued-urls.ts';
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
 * where the credential can sign, else an address of the relay. It works for ten minutes, and is written down with its
 * end before it leaves.
 */
export function createProbe(deps: {
  connections: DeliveryConnections;
  clock: Clock;
  issueRelayToken: (grant: ObjectGrant) => string;
  issued: Pick<IssuedUrlLog, 'record'>;
}) {
  /**
   * @param to.baseUrl where this server is reached from outside, without a trailing slash
   * @param to.callerId who gets it
   * @throws MooringError as opening the connection, `conflict` where it can neither sign nor read; ProviderError
   */
  return async (
    workspaceId: string,
    connectionId: string,
    { container, key, contentType }: { container: string; key: string; contentType: string | null },
    { baseUrl, callerId }: { baseUrl: string; callerId: string },
  ): Promise<ProbeUrl> => {
    const { provider } = await deps.connections.open(workspaceId, connectionId);
    const { signer, reader, capabilities } = provider;
    const now = deps.clock.now();

    function relayUrl(): { url: string; expiresAt: Date } {
      if (!reader) throw undeliverable();
      const expiresAt = new Date((Math.floor(now.getTime() / 1000) + LIFETIME_SECONDS) * 1000);
      const token = deps.issueRelayToken({ workspaceId, callerId, connectionId, container, key, expiresAt });
      return { url: `${baseUrl}/relay/${token}`, expiresAt };
    }

    const instead = capabilities.signsType
      ? typeInstead({ name: nameOf(key), contentType, media: null })
      : null;
    const { url, expiresAt } = signer
      ? await signOne(signer, {
          ...{ container, key, now, seconds: LIFETIME_SECONDS },
          contentType: instead ?? undefined,
        })
      : relayUrl();
    const issued = { connectionId, opens: { key }, endsAt: expiresAt, relayed: signer === null };
    await deps.issued.record(workspaceId, [issued]);
    return { url, expiresAt: expiresAt.toISOString(), delivery: signer ? 'direct' : 'relay' };
  };
}

const undeliverable = (): MooringError =>
  new MooringError('conflict', 'Nothing of this connection can be delivered to a browser.', {
    fix: 'Replace its credential with one that can sign URLs.',
  });
