import { ID_PREFIXES } from '@mooring/contract';
import type { Clock } from '@mooring/storage/server';
import type { Reads } from '../audit/reads.ts';
import { notFound } from '../platform/problem.ts';
import type { IssuedUrlLog } from './issued-urls.ts';
import type { DeliveryCatalogue, DeliveryConnections } from './place.ts';
import { createProbe } from './probe.ts';
import { createRelay } from './relay.ts';
import { createRelayAddresses } from './relay-address.ts';
import { createRelaySlots, type RelayLimits } from './relay-slots.ts';
import { createSigning } from './signing.ts';
import { signWindow } from './window.ts';

/**
 * Brings bytes to browsers: short-lived URLs, and the relay behind those of them that lead to this server.
 * @param deps.relayKeys 32 bytes each; servers that share them serve each other's addresses
 * @param deps.limits how many objects this process streams at a time
 */
export function createDelivery(deps: {
  catalogue: DeliveryCatalogue;
  connections: DeliveryConnections;
  clock: Clock;
  issued: IssuedUrlLog;
  reads: Pick<Reads, 'record' | 'isWanted'>;
  /** @throws MooringError where what was given to a link ends before its time, because the link did */
  requireLink: (workspaceId: string, linkId: string) => Promise<void>;
  relayKeys: () => readonly [Buffer, ...Buffer[]];
  signWindowSeconds: number;
  limits: RelayLimits;
}) {
  const { catalogue, connections, clock, issued, reads, signWindowSeconds } = deps;
  const addresses = createRelayAddresses(deps.relayKeys);
  const slots = createRelaySlots(deps.limits);
  const isLink = (callerId: string) => callerId.startsWith(`${ID_PREFIXES.link}_`);

  /**
   * A token of the relay for an asset, also where the connection signs; null where the server may not read. As signed
   * URLs, it is the same within half a window.
   */
  async function relayToken(
    workspaceId: string,
    { assetId, callerId, seconds }: { assetId: string; callerId: string; seconds: number },
  ): Promise<string | null> {
    const [asset] = await catalogue.getAssets(workspaceId, [assetId]);
    if (!asset) throw notFound('asset', assetId);
    const { provider } = await connections.open(workspaceId, asset.connectionId);
    const { expiresAt } = signWindow(clock.now(), seconds);
    return provider.reader ? addresses.issue({ workspaceId, assetId, callerId, expiresAt }) : null;
  }

  return {
    sign: createSigning({
      catalogue,
      connections,
      clock,
      signWindowSeconds,
      issueRelayToken: addresses.issue,
      issued,
      reads,
    }),
    listIssued: issued.list,
    probe: createProbe({ connections, clock, issued, issueRelayToken: addresses.issueForObject }),
    /** To whom a relay address was given. @throws MooringError `forbidden` where it does not work */
    relayCaller: (token: string) => addresses.read(token, clock.now()),
    relayToken,
    relay: createRelay({
      ...{ catalogue, connections, clock, slots, reads },
      readToken: addresses.read,
      requireCaller: async (workspaceId, callerId) => {
        if (isLink(callerId)) await deps.requireLink(workspaceId, callerId);
      },
    }),
    signWindowSeconds,
  };
}
export type Delivery = ReturnType<typeof createDelivery>;
