import { expect, test } from 'vitest';
import { createAllowance } from './page-allowance.ts';

/** What is allowed then, where so many objects a second are dealt with and an answer takes so long. */
function allowedAt(objectsPerSecond: number, answerMs: number, afterMs = 2000): number {
  let now = 0;
  const allowance = createAllowance(() => now);
  for (; now < afterMs; now += 10) {
    allowance.came(answerMs);
    allowance.took(objectsPerSecond / 100);
  }
  return allowance.most;
}

test('as much is in hand as is dealt with while pages come', () => {
  expect(allowedAt(50_000, 20)).toBeLessThan(45_000); // the database takes the time
  expect(allowedAt(400_000, 60)).toBeGreaterThan(60_000); // the way does
  expect(allowedAt(400_000, 10_000)).toBe(120_000); // memory has its bounds
  expect(createAllowance().most).toBe(40_000);
});

test('while the first pages are on their way and none is processed, more are asked for', () => {
  expect(allowedAt(0, 60, 10)).toBeGreaterThan(80_000);
  expect(allowedAt(100_000, 60, 300)).toBeGreaterThan(55_000);
  expect(allowedAt(0, 3, 10)).toBeLessThan(45_000); // there is no need to, where the way is short
});
