import { useSyncExternalStore } from 'react';
import { formatExact, formatRelative } from '@/format/time.ts';

const TICK_MS = 15_000;
let now = Date.now();
const listeners = new Set<() => void>();
let timer: ReturnType<typeof setInterval> | undefined;

/** One clock for all relative times on the page. */
function subscribe(listener: () => void) {
  listeners.add(listener);
  // There was no listener for a while, so the clock has stood still.
  if (!timer) now = Date.now();
  timer ??= setInterval(() => {
    now = Date.now();
    for (const notify of listeners) notify();
  }, TICK_MS);
  return () => {
    listeners.delete(listener);
    if (listeners.size > 0) return;
    clearInterval(timer);
    timer = undefined;
  };
}

/** `5 minutes ago`, kept up to date, with the exact time on hover. `none` stands where there is none. */
export function Time({ at, none = 'never' }: { at: string | null; none?: string }) {
  const tick = useSyncExternalStore(subscribe, () => now);
  if (at === null) return none;
  const time = new Date(at);
  // A time that came from the server since the last tick is not in the future.
  const reference = new Date(Math.max(tick, Math.min(time.getTime(), Date.now())));
  return (
    <time dateTime={at} title={formatExact(time)}>
      {formatRelative(time, reference)}
    </time>
  );
}
