import { MooringError } from '../platform/problem.ts';

/** Lets a bounded number of things go on at once; a bounded number wait in line, for a bounded time. */
export function createSlots({
  most,
  mostWaiting,
  waitMs,
}: {
  most: number;
  mostWaiting: number;
  waitMs: number;
}) {
  const waiting = new Set<() => void>();
  let taken = 0;

  function release(): void {
    const next = waiting.values().next().value;
    if (next) next();
    else taken--;
  }

  /** Calling what it returns more than once gives back one slot. */
  function occupied(): () => void {
    let held = true;
    return () => {
      if (held) release();
      held = false;
    };
  }

  /**
   * @returns gives the slot back
   * @throws MooringError `unavailable` where the line is full or the wait too long; the signal's reason
   */
  function take(signal: AbortSignal): Promise<() => void> {
    signal.throwIfAborted();
    if (taken < most) {
      taken++;
      return Promise.resolve(occupied());
    }
    if (waiting.size >= mostWaiting) return Promise.reject(busy(most));
    return new Promise((resolve, reject) => {
      const leave = () => {
        waiting.delete(enter);
        clearTimeout(timer);
        signal.removeEventListener('abort', onAbort);
      };
      const enter = () => {
        leave();
        resolve(occupied());
      };
      const onAbort = () => {
        leave();
        reject(signal.reason);
      };
      const timer = setTimeout(() => {
        leave();
        reject(busy(most));
      }, waitMs);
      signal.addEventListener('abort', onAbort, { once: true });
      waiting.add(enter);
    });
  }

  return { take };
}

const busy = (most: number): MooringError =>
  new MooringError('unavailable', `All ${most} relays of this server are busy.`, {
    fix: 'Try again in a few seconds. An app registration as the credential needs no relay.',
    retryAfterSeconds: 2,
  });
