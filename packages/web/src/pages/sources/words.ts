import { formatCount } from '@/format/numbers.ts';

const UNITS = [
  [86_400, 'day'],
  [3600, 'hour'],
  [60, 'minute'],
  [1, 'second'],
] as const;

/** Seconds between syncs that are offered. */
export const SCHEDULES: readonly number[] = [900, 3600, 21_600, 86_400, 604_800];

/** `Every 6 hours`, `Every day`. */
export function scheduleWords(everySeconds: number): string {
  const [seconds, unit] = UNITS.find(([seconds]) => everySeconds % seconds === 0) ?? UNITS[3];
  const count = everySeconds / seconds;
  return count === 1 ? `Every ${unit}` : `Every ${formatCount(count)} ${unit}s`;
}

/** Shares of a source that are offered as the most to remove in one sync. */
export const GUARDS: readonly number[] = [0, 0.1, 0.25, 0.5, 0.9, 1];

/** `More than 10 % of the assets`. */
export function guardWords(share: number): string {
  if (share === 0) return 'Any asset';
  if (share === 1) return 'Never: remove what has gone';
  return `More than ${Math.round(share * 1000) / 10} % of the assets`;
}
