import type { Clock } from '@mooring/storage/server';
import type { IssuedUrlLog } from './issued-urls.ts';
import type { DeliveryCatalogue, DeliveryConnections } from './place.ts';
import { createProbe } from './probe.ts';
import { createRelay } from './relay.ts';
import { createRelayAddresses } from './relay-address.ts';
import { createSigning } from './signing.ts';
import { createSlots } from './slots.ts';

/** How many requests wait for a relay, for each that runs. */
const WAITING_PER_SLOT = 4;
const WAIT_MS = 10_000;

/**
 * Brings bytes to browsers: short-lived URLs, and the relay behind those of them that lead to this server.
 * @param deps.relayKey 32 bytes; servers that share it serve each other's addresses
 * @param deps.relayMaxConcurrent how many objects this process streams at a time
 */
export function createDelivery(deps: {
  catalogue: DeliveryCatalogue;
  connections: DeliveryConnections;
  clock: Clock;
  issued: IssuedUrlLog;
  relayKey: Buffer;
  signWindowSeconds: number;
  relayMaxConcurrent: number;
}) {
  const { catalogue, connections, clock, issued, signWindowSeconds, relayMaxConcurrent: most } = deps;
  const addresses = createRelayAddresses(deps.relayKey);
  const slots = createSlots({ most, mostWaiting: most * WAITING_PER_SLOT, waitMs: WAIT_MS });
  return {
    sign: createSigning({
      catalogue,
      connections,
      clock,
      signWindowSeconds,
      issueRelayToken: addresses.issue,
      issued,
    }),
    listIssued: issued.list,
    probe: createProbe({ connections, clock, issueRelayToken: addresses.issueForObject }),
    relay: createRelay({ catalogue, connections, clock, slots, readToken: addresses.read }),
  };
}
export type Delivery = ReturnType<typeof createDelivery>;
