/**
 * When URLs signed now should end: the same moment for everybody within half a window, so that the same asset gets
 * the same URL and caches work. What is left is between half a window and a whole one (and at most the second that
 * rounding up to whole seconds takes).
 */
export function windowEnd(now: Date, windowSeconds: number): Date {
  const stepMs = windowSeconds * 500;
  const endMs = (Math.floor(now.getTime() / stepMs) + 2) * stepMs;
  return new Date(Math.ceil(endMs / 1000) * 1000);
}
