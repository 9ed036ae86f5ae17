import type { Limits } from '../platform/config-limits.ts';
import { MooringError } from '../platform/problem.ts';
import { createSlots, type Room, type Slots } from '../platform/slots.ts';

/** How many requests wait for a relay, for each that runs. */
const WAITING_PER_SLOT = 4;
const WAIT_MS = 10_000;

export type RelayLimits = Pick<Limits, 'relayMaxConcurrent' | 'relayMaxPerWorkspace' | 'relayMaxPerUrl'>;

/** Slots of relayed reads. Their owners are a workspace and an object. */
export function createRelaySlots({
  relayMaxConcurrent,
  relayMaxPerWorkspace,
  relayMaxPerUrl,
}: RelayLimits): Slots {
  const busy = (index: number | null): MooringError => {
    const code = index === null ? 'unavailable' : 'too_many_requests';
    const message = [
      `This workspace uses ${relayMaxPerWorkspace} relays of this server at once; it has no more.`,
      `This object is read ${relayMaxPerUrl} times at once through this server; more is not possible.`,
    ][index ?? -1];
    return new MooringError(code, message ?? `All ${relayMaxConcurrent} relays of this server are busy.`, {
      fix: 'Try again in a few seconds. An app registration as the credential needs no relay.',
      retryAfterSeconds: 2,
    });
  };
  return createSlots({
    all: room(relayMaxConcurrent),
    shares: [room(relayMaxPerWorkspace), room(relayMaxPerUrl)],
    waitMs: WAIT_MS,
    busy,
  });
}

const room = (most: number): Room => ({ most, mostWaiting: most * WAITING_PER_SLOT });
