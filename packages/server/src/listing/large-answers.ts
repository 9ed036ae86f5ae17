import type { TakeTurn } from '@mooring/storage/server';
import { MooringError } from '../platform/problem.ts';
import { createSlots } from '../platform/slots.ts';

/** Large answers that come at once in this process, and of these, for one workspace. */
const AT_ONCE = 3;
const PER_WORKSPACE = 2;
/** Longer than any request to a storage may take: the request ends first. */
const WAIT_MS = 300_000;

/** Lets large answers of storages come in turn, so that those of one workspace keep no other waiting. */
export function createLargeAnswers(): (workspaceId: string) => TakeTurn {
  const slots = createSlots({
    all: { most: AT_ONCE, mostWaiting: Number.POSITIVE_INFINITY },
    shares: [{ most: PER_WORKSPACE, mostWaiting: Number.POSITIVE_INFINITY }],
    waitMs: WAIT_MS,
    busy: () =>
      new MooringError('unavailable', 'Too many large answers of storages come at the same time.', {
        fix: 'Try again later.',
      }),
  });
  return workspaceId => signal => slots.take([workspaceId], signal);
}
