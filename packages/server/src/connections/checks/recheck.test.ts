import { expect, test } from 'vitest';
import { nextCheckAt } from './recheck.ts';

const NOW = new Date('2026-11-22T10:00:00Z');
const minutes = (...input: [Parameters<typeof nextCheckAt>[0], number, number?]) => {
  const [status, failed, random = 0.5] = input;
  const at = nextCheckAt(status, failed, NOW, () => random);
  return at && (at.getTime() - NOW.getTime()) / 60_000;
};

test('a healthy connection is checked every six hours', () => {
  expect(minutes('healthy', 0)).toBe(360);
});

test('one that fails is checked after 1, 2, 4 … minutes, at most an hour', () => {
  const pauses = [1, 2, 3, 4, 5, 6, 7, 8, 5000].map(failed => minutes('broken', failed));
  expect(pauses).toEqual([1, 2, 4, 8, 16, 32, 60, 60, 60]);
  expect(minutes('degraded', 3)).toBe(4);
});

test('pauses differ by a tenth either way', () => {
  expect(minutes('broken', 4, 0)).toBeCloseTo(7.2);
  expect(minutes('broken', 4, 1)).toBeCloseTo(8.8);
});

test('a draft and an unlinked one are not checked', () => {
  expect(minutes('draft', 0)).toBeNull();
  expect(minutes('unlinked', 0)).toBeNull();
});
