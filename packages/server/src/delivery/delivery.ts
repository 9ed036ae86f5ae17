import type { Clock } from '@mooring/storage/server';
import type { Reads } from '../audit/reads.ts';
import type { IssuedUrlLog } from './issued-urls.ts';
import type { DeliveryCatalogue, DeliveryConnections } from './place.ts';
import { createProbe } from './probe.ts';
import { createRelay } from './relay.ts';
import { createRelayAddresses } from './relay-address.ts';
import { createRelaySlots, type RelayLimits } from './relay-slots.ts';
import { createSigning } from './signing.ts';

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
  relayKeys: () => readonly [Buffer, ...Buffer[]];
  signWindowSeconds: number;
  limits: RelayLimits;
}) {
  const { catalogue, connections, clock, issued, reads, signWindowSeconds } = deps;
  const addresses = createRelayAddresses(deps.relayKeys);
  const slots = createRelaySlots(deps.limits);
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
    relay: createRelay({ catalogue, connections, clock, slots, reads, readToken: addresses.read }),
  };
}
export type Delivery = ReturnType<typeof createDelivery>;
