import type { SourceFilters } from '@mooring/contract';
import { compareUtf8 } from '@mooring/storage/server';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { createKeyFilter } from './key-filter.ts';

const passes = (glob: string, key: string): boolean =>
  createKeyFilter('', { include: [glob], exclude: [] })(key) === null;

describe('a key filter', () => {
  test.each([
    ['*.jpg', 'a.jpg', true],
    ['*.jpg', 'a/b.jpg', false],
    ['**/*.jpg', 'b.jpg', true],
    ['**/*.jpg', 'a/b/c.jpg', true],
    ['**/c.jpg', 'xc.jpg', false],
    ['a/**', 'a/b/c', true],
    ['a/**', 'b/a/c', false],
    ['a/**/z', 'a/z', true],
    ['a/**/z', 'a/b/c/z', true],
    ['a/**/z', 'a/bz', false],
    ['?.txt', '/.txt', false],
    ['?.txt', '\u{1f600}.txt', true],
    ['*.{jpg,png}', 'x.png', true],
    ['*.{jpg,png}', 'x.gif', false],
    ['{a,b}/{c,d}', 'b/c', true],
    ['a{b', 'a{b', true],
    ['{a{b,c}', '{a{b,c}', true],
    ['*{*,a}', 'b/c', true],
    ['a{,/}**', 'ab', true],
    ['[ab]', 'a', false],
    ['A', 'a', false],
    ['a.c', 'abc', false],
    ['**', 'any/thing\nat all', true],
  ])('%s of %j: %s', (glob, key, expected) => expect(passes(glob, key)).toBe(expected));

  test('excludes what it includes, and sees only what comes after the prefix', () => {
    const filter = createKeyFilter('in/', { include: ['*.jpg'], exclude: ['draft*'] });
    expect(['in/a.jpg', 'in/draft.jpg', 'in/a.png'].map(filter)).toEqual([null, 'filtered', 'filtered']);
  });

  test('never lets through what Mooring wrote itself', () => {
    const filter = createKeyFilter('in/', { include: [], exclude: [] });
    expect(['.mooring/a', 'in/.mooring/b', 'in/a.mooring/c'].map(filter)).toEqual([
      'rendition',
      'rendition',
      null,
    ]);
  });

  test('agrees with a regular expression', () => {
    const part = fc.constantFrom('a', 'b', '/', '*', '**', '**/', '?');
    fc.assert(
      fc.property(
        fc.array(part, { minLength: 1, maxLength: 6 }).map(parts => parts.join('')),
        fc.string({ unit: fc.constantFrom('a', 'b', '/'), maxLength: 8 }),
        (glob, key) => {
          fc.pre(!glob.startsWith('/'));
          const source = glob.replace(/\*\*\/|\*\*|\*|\?/g, token =>
            token === '**/' ? '(?:.*/)?' : token === '**' ? '.*' : token === '*' ? '[^/]*' : '[^/]',
          );
          expect(passes(glob, key)).toBe(new RegExp(`^${source}$`).test(key));
        },
      ),
      { numRuns: 2000 },
    );
  });

  test('says of keys from one to another that it keeps them all only where it does', () => {
    const key = fc
      .array(fc.constantFrom('.mooring', '.mooring/', 'in/', '.', 'a', '0', '/', 'z', '\u{1f600}'), {
        maxLength: 4,
      })
      .map(parts => parts.join(''));
    const filters = fc.constantFrom<SourceFilters>(
      { include: [], exclude: [] },
      { include: [], exclude: ['a'] },
    );
    fc.assert(
      fc.property(
        fc.array(key, { minLength: 1 }),
        fc.constantFrom('', 'in/'),
        filters,
        (keys, prefix, some) => {
          const filter = createKeyFilter(prefix, some);
          const sorted = keys.toSorted(compareUtf8);
          if (filter.keepsAll(sorted[0]!, sorted.at(-1)!))
            expect(keys.map(filter)).toEqual(keys.map(() => null));
        },
      ),
      { numRuns: 1000 },
    );
    const keepsAll = createKeyFilter('in/', { include: [], exclude: [] }).keepsAll;
    expect([keepsAll('a', 'b'), keepsAll('in/.mooring0', 'z'), keepsAll('in/a', 'in/z')]).toEqual([
      true,
      true,
      true,
    ]);
    expect([keepsAll('a', 'z'), keepsAll('in/.mooring/a', 'in/.mooring/b')]).toEqual([false, false]);
  });

  test.each([
    [{ include: ['/a'], exclude: [] }, 'filters.include.0 begins with a slash, '],
    [{ include: ['a', '{b,/}c'], exclude: [] }, 'filters.include.1 begins with a slash, '],
    [
      { include: [], exclude: ['{0,1,2,3,4,5,6,7,8,9}'.repeat(4)] },
      'filters.exclude stands for 10,000 patterns once its braces are written out; at most 1,000 are possible. ',
    ],
  ])('refuses %j', (filters, message) => {
    expect(() => createKeyFilter('', filters)).toThrow(
      expect.objectContaining({ code: 'invalid_request', message: expect.stringContaining(message) }),
    );
  });
});
