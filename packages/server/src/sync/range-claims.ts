import type { Listings } from './range-listings.ts';
import { withoutWaiting } from './save-progress.ts';
import { claimRanges } from './sync-ranges.ts';
import type { Work } from './sync-work.ts';

const CLAIM_AGAIN_AFTER_MS = 500;
/** Ranges to have for each request that may be under way: with each round trip these may be twice as many. */
const RANGES_PER_REQUEST = 2;
/** More are left to others. */
const MOST_RANGES = 40;

/**
 * Claims ranges that no worker has and starts to list them, beside all other work, so that each request that may be
 * under way has a range.
 * @param owner the name of the lock under which this worker owns ranges
 * @param failures of all that is done beside; once there is one, nothing more is claimed
 */
export function createClaims(
  work: Work,
  listings: Listings,
  { owner, failures }: { owner: string; failures: unknown[] },
) {
  const { gate } = work;
  /** Before then, it is known that there are no more. */
  let claimAt = 0;
  let claiming: Promise<void> | null = null;
  let stopped = false;

  function claim(): void {
    const free = Math.min(MOST_RANGES, RANGES_PER_REQUEST * gate.limit) - listings.open;
    const isPlenty = listings.isFull() || free < gate.limit / 4;
    if (stopped || failures.length > 0 || work.signal.aborted) return;
    if (claiming || isPlenty || performance.now() < claimAt) return;
    claiming = claimUpTo(free)
      .catch(error => {
        failures.push(error);
      })
      .finally(() => {
        claiming = null;
        claim(); // more requests may be under way by now
        listings.wake();
      });
  }

  async function claimUpTo(free: number): Promise<void> {
    const ranges = await work.db.transaction().execute(async trx => {
      await withoutWaiting(trx);
      const claimed = await claimRanges(trx, work.key, owner, free);
      // A worker that was given up for dead would keep them from the one that has its lock now.
      await work.fence(trx);
      if (claimed.length > 0) await work.report(trx);
      return claimed;
    });
    for (const range of ranges) listings.start(range);
    if (ranges.length < free) claimAt = Math.max(claimAt, performance.now() + CLAIM_AGAIN_AFTER_MS);
  }

  return {
    claim,

    /** Whether it was found lately that there are no more ranges to claim. */
    get foundNone(): boolean {
      return performance.now() < claimAt;
    },

    /** Looks again at once: there are new ranges, or others may have let go of some. */
    again(): void {
      claimAt = 0;
      claim();
    },

    /** Until no claim is under way. */
    settled: async (): Promise<void> => void (await claiming),

    /** Claims no more. */
    async stop(): Promise<void> {
      stopped = true;
      await claiming;
    },
  };
}
