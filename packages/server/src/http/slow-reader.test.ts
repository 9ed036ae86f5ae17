import { expect, test } from 'vitest';
import { createRateJudge, LEAST_RATE_OVER_MS } from './slow-reader.ts';

const SECOND_MS = 1000;
/** The second in which a reader is judged too slow, looked at every second of two minutes; null: never. */
function judgedAt(taken: (second: number) => number, waits: (second: number) => boolean): number | null {
  const isTooSlow = createRateJudge(1024, 0);
  for (let second = 1; second <= 120; second++)
    if (isTooSlow(second * SECOND_MS, taken(second), waits(second))) return second;
  return null;
}

test.each([
  ['takes a byte a second', (second: number) => second, () => true, LEAST_RATE_OVER_MS / SECOND_MS],
  ['takes enough', (second: number) => second * 1024, () => true, null],
  ['stops after a minute', (second: number) => Math.min(second, 60) * 1024, () => true, 90],
  ['waits for the storage', () => 0, () => false, null],
  ['waits for the storage now and then', () => 0, (second: number) => second % 20 > 0, null],
])('a reader that %s', (_, taken, waits, expected) => {
  expect(judgedAt(taken, waits)).toBe(expected);
});
