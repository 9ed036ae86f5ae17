const LEAST = 40_000;
const MOST = 120_000;
const WINDOW_MS = 100;
/** By how much the quickest answer counts as slower with each that follows: the way may have become longer. */
const FORGETTING = 1.02;
/** Objects dealt with in a millisecond, until that is known: where little is to be done. */
const PER_MS_AT_FIRST = 700;
/** What a window in which fewer were dealt with leaves of it: there may just have been none to deal with. */
const KEEPING = 0.8;

/**
 * How many objects may be in hand, come or on their way: some for us to work on, and what is dealt with in the time
 * of the quickest answers; slower ones wait for us. A storage that is far away needs many requests under way; where
 * the database or our own work takes the time, more would only fill the memory.
 */
export function createAllowance(now = () => performance.now()) {
  let answerMs = Number.POSITIVE_INFINITY;
  let perMs = PER_MS_AT_FIRST;
  let dealtWith = 0;
  let since = now();
  return {
    get most(): number {
      return answerMs === Number.POSITIVE_INFINITY ? LEAST : Math.min(MOST, LEAST + perMs * answerMs);
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
      perMs = Math.max(dealtWith / elapsed, KEEPING * perMs);
      dealtWith = 0;
      since = now();
    },
  };
}
