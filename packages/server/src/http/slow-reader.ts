import type { ServerResponse } from 'node:http';

const LOOK_EVERY_MS = 1000;
/** A paused player may wait so long; afterwards it comes back with a Range. */
export const LEAST_RATE_OVER_MS = 30_000;

/**
 * Judges, look after look, whether a reader is too slow: for 30 seconds on end bytes waited for it, and it took less
 * than so many a second.
 */
export function createRateJudge(leastBytesPerSecond: number, now: number) {
  let since = now;
  let takenThen = 0;
  /**
   * @param taken bytes that it has taken so far
   * @param waits whether more bytes wait for it; where none do, the storage is the slow one
   */
  return function isTooSlow(now: number, taken: number, waits: boolean): boolean {
    const isOver = now - since >= LEAST_RATE_OVER_MS;
    if (waits && !isOver) return false;
    const isSlow = waits && taken - takenThen < (leastBytesPerSecond * (now - since)) / 1000;
    since = now;
    takenThen = taken;
    return isSlow;
  };
}

/** Closes the connection of an answer whose reader is too slow, so that its relay is free for others. */
export function endSlowReader(response: ServerResponse, leastBytesPerSecond: number): void {
  const { socket } = response;
  if (!socket || leastBytesPerSecond === 0) return;
  const isTooSlow = createRateJudge(leastBytesPerSecond, performance.now());
  const timer = setInterval(() => {
    const waits = socket.writableLength > 0;
    if (isTooSlow(performance.now(), socket.bytesWritten - socket.writableLength, waits)) response.destroy();
  }, LOOK_EVERY_MS);
  response.once('close', () => clearInterval(timer));
}
