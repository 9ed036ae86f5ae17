import { CLOCK_TOLERANCE_MS } from '@mooring/storage/server';

/** URLs that work for days are the same for so long, and no longer: they should work nearly as long as asked. */
const LONGEST_STEP_MS = 30 * 60_000;

/**
 * From when to when URLs signed now should work: the same for everybody within half a window, and within half an hour
 * at most, so that the same asset gets the same URL and caches work. What is left is between half a window and a whole
 * one (and at most the second that rounding up to whole seconds takes). It begins early enough for storages whose clock
 * is behind ours.
 */
export function signWindow(now: Date, windowSeconds: number): { startsAt: Date; expiresAt: Date } {
  const stepMs = Math.min(windowSeconds * 500, LONGEST_STEP_MS);
  const startMs = Math.floor(now.getTime() / stepMs) * stepMs;
  return {
    startsAt: new Date(Math.floor((startMs - CLOCK_TOLERANCE_MS) / 1000) * 1000),
    expiresAt: new Date(Math.ceil((startMs + windowSeconds * 1000) / 1000) * 1000),
  };
}
