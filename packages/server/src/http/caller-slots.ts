import type { Caller } from '../access/caller.ts';
import type { Limits } from '../platform/config-limits.ts';
import { MooringError } from '../platform/problem.ts';
import { createSlots } from '../platform/slots.ts';

/** How many requests wait, for each that is answered. */
const WAITING_PER_SLOT = 64;
const WAIT_MS = 10_000;
const RETRY_AFTER_SECONDS = 2;
const ANY_NUMBER = { most: Number.POSITIVE_INFINITY, mostWaiting: Number.POSITIVE_INFINITY };

/**
 * How much of a server one workspace and one caller may use at once. Other requests wait for a moment: they share the
 * few connections to the database with all other workspaces. Event streams do not wait, because they last.
 */
export function createCallerSlots(limits: Limits) {
  const requestShares = [limits.requestsPerWorkspace, limits.requestsPerCaller];
  const streamShares = [limits.eventStreamsPerWorkspace, limits.eventStreamsPerCaller];
  const requests = createSlots({
    all: ANY_NUMBER,
    shares: requestShares.map(most => ({ most, mostWaiting: most * WAITING_PER_SLOT })),
    waitMs: WAIT_MS,
    busy: index => tooMany('requests that are being answered', requestShares, index),
  });
  const streams = createSlots({
    all: ANY_NUMBER,
    shares: streamShares.map(most => ({ most, mostWaiting: 0 })),
    waitMs: 0,
    busy: index => tooMany('open event streams', streamShares, index),
  });
  const ownersOf = ({ workspaceId, id }: Owner): string[] => [workspaceId, id];

  return {
    /** @throws MooringError `too_many_requests` with `retryAfterSeconds`; the signal's reason */
    takeRequest: (caller: Owner, signal: AbortSignal) => requests.take(ownersOf(caller), signal),
    takeStream: (caller: Owner, signal: AbortSignal) => streams.take(ownersOf(caller), signal),
  };
}

export type CallerSlots = ReturnType<typeof createCallerSlots>;

type Owner = Pick<Caller, 'workspaceId' | 'id'>;

const OWNERS = ['This workspace', 'This token, link or session'] as const;

function tooMany(what: string, shares: readonly number[], index: number | null): MooringError {
  const owner = OWNERS[index ?? 0];
  return new MooringError(
    'too_many_requests',
    `${owner} has ${shares[index ?? 0]} ${what}; more at once are not possible.`,
    {
      fix: 'Ask again in a few seconds, and send fewer requests at the same time.',
      retryAfterSeconds: RETRY_AFTER_SECONDS,
    },
  );
}
