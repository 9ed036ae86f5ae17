import type { Clock } from '@mooring/storage/server';
import { MooringError } from '../platform/problem.ts';

const MOST_FAILURES = 10;
const WINDOW_MS = 60_000;
const MOST_ADDRESSES = 10_000;

/**
 * Counts failures of each network address, to slow down guessing. Memory is bounded.
 * @param what they are, in words
 */
export function createAttempts(clock: Clock, what: string) {
  const failures = new Map<string, { count: number; since: number }>();

  const current = (address: string) => {
    const found = failures.get(address);
    return found && clock.now().getTime() - found.since < WINDOW_MS ? found : undefined;
  };

  return {
    /** @throws MooringError `too_many_requests` for the rest of the minute after 10 failures */
    check(address: string): void {
      if ((current(address)?.count ?? 0) < MOST_FAILURES) return;
      throw new MooringError(
        'too_many_requests',
        `There were ${MOST_FAILURES} ${what} from this address within a minute.`,
        { fix: 'Wait a minute, then open the link again.', retryAfterSeconds: WINDOW_MS / 1000 },
      );
    },
    failed(address: string): void {
      const found = current(address);
      failures.delete(address); // so that the map's order is that of the last failure
      failures.set(address, {
        count: (found?.count ?? 0) + 1,
        since: found?.since ?? clock.now().getTime(),
      });
      if (failures.size > MOST_ADDRESSES) failures.delete(failures.keys().next().value!);
    },
  };
}
