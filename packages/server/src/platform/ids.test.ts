import { expect, test } from 'vitest';
import { newId, newIds } from './ids.ts';

test('ids sort by the time they were made', () => {
  expect(newId('asset', 1_700_000_000_000) < newId('asset', 1_700_000_000_001)).toBe(true);
  expect(newId('asset')).toMatch(/^ast_[0-9a-hjkmnp-tv-z]{20}$/);
});

test('many ids of one moment are different, and sort as they were made', () => {
  const next = newIds('asset', 1_700_000_000_000);
  const ids = Array.from({ length: 100_000 }, next);
  expect(new Set(ids).size).toBe(ids.length);
  expect(ids.toSorted()).toEqual(ids);
  expect(ids[0]).not.toBe(newIds('asset', 1_700_000_000_000)());
});

test('counting on carries into all digits', () => {
  const next = newIds('asset', 0);
  const ids = Array.from({ length: 32 ** 3 + 1 }, next);
  expect(ids.at(-1)!.slice(-3)).toBe(ids[0]!.slice(-3));
  expect(ids.at(-1)! > ids[0]!).toBe(true);
});
