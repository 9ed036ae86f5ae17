import { expect, test } from 'vitest';
import { readLimit } from './limit.ts';

test.each([
  ['', null],
  ['  ', null],
  ['0', 0],
  ['1,000 000', 1_000_000],
  ['-1', undefined],
  ['1.5', undefined],
  ['1e3', undefined],
  ['99999999999999999999', undefined],
])('%j is read as %s', (text, limit) => expect(readLimit(text)).toBe(limit));
