import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { filtersProblem, GLOB_LIMITS, writeOutBraces } from './globs.ts';
import { sourceFilters } from './resources/sources.ts';

const messages = (include: string[]) =>
  sourceFilters
    .safeParse({ include })
    .error?.issues.map(({ path, message }) => `${path.join('.')} ${message}`);

describe('braces of globs', () => {
  test.each([
    ['a', ['a']],
    ['a.{jpg,png}', ['a.jpg', 'a.png']],
    ['{a,b}/{c,d}', ['a/c', 'a/d', 'b/c', 'b/d']],
    ['{,a}', ['', 'a']],
    ['a{b', ['a{b']],
    ['a}b', ['a}b']],
    ['{a,b}{c', ['a{c', 'b{c']],
    ['{a{b,c}', ['{a{b,c}']],
  ])('%s stands for %j', (glob, patterns) => expect(writeOutBraces(glob)).toEqual(patterns));

  test('are counted before they are written out, so that no globs stand for too many patterns', () => {
    const part = fc.constantFrom('{', '}', '{a,b}', '{,,,,,,,,,}', ',', 'a', '*');
    const glob = fc.array(part, { minLength: 1, maxLength: 100 }).map(parts => parts.join('').slice(0, 1024));
    fc.assert(
      fc.property(fc.array(glob, { maxLength: 5 }), globs => {
        if (filtersProblem({ include: globs, exclude: [] })) return;
        expect(globs.flatMap(writeOutBraces).length).toBeLessThanOrEqual(GLOB_LIMITS.patterns);
      }),
    );
  });
});

describe('limits of globs', () => {
  test.each([
    [[''], 'include.0 is empty; '],
    [['a'.repeat(1500)], 'include.0 has 1,500 characters; a glob has at most 1,024. '],
    [Array(130).fill('a'), 'include has 130 globs; at most 100 are possible. Join some with braces'],
    [['a', '/b'], 'include.1 begins with a slash, '],
    [
      ['{a,b}'.repeat(10)],
      'include stands for 1,024 patterns once its braces are written out; at most 1,000 are',
    ],
    [Array(3).fill('{a,b}'.repeat(200)), 'include stands for more than 1,000,000,000 patterns '],
    [
      Array(2).fill(`{${','.repeat(400)}}${'a'.repeat(600)}`),
      'include brings the filters to 481,200 characters once all braces ',
    ],
  ])('%j', (include, message) => {
    expect(messages(include)).toEqual([expect.stringContaining(message)]);
  });

  test('hold for both lists together', () => {
    const half = Array<string>(4).fill('*'.repeat(GLOB_LIMITS.characters));
    expect(sourceFilters.safeParse({ include: half, exclude: half }).success).toBe(true);
    const more = sourceFilters.safeParse({ include: half, exclude: [...half, 'a'] });
    expect(more.error?.issues).toMatchObject([
      { path: ['exclude'], message: expect.stringContaining('8,193 characters') },
    ]);
  });
});
