const LEAST = 40_000;
const MOST = 120_000;
const WINDOW_MS = 100;
/** By how much the quickest answer counts as slower with each that follows: the way may have become longer. */
const FORGETTING = 1.02;

/**
 * How many objects may be in hand, come or on their way: some for us to work on, and what is dealt with in the time
 * of the quickest answers; slower ones wait for us. A storage that is far away needs many requests under way; where
 * the database or our own work takes the time, more would only fill the memory.
 */
export function createAllowance(now = () => performance.now()) {
  let answerMs = Number.POSITIVE_INFINITY;
  let perMs = 0;
  let dealtWith = 0;
  let since = now();
  return {
    get most(): number {
      return perMs === 0 ? LEAST : Math.min(MOST, LEAST + perMs * answerMs);
    },

    /** A page has come, so long after it was asked for. */
    came(ms: number): void {
      answerMs = Math.min(ms, answerMs * FORGETTING);
    },

    /** So many objects are being dealt with. */
    took(objects: number): void {
      dealtWith += objects;
      const elapsed = now() - since;
      if (elapsed < WINDOW_MS) return;
      perMs = dealtWith / elapsed;
      dealtWith = 0;
      since = now();
    },
  };
}
