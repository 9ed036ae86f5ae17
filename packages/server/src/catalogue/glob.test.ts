import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { compileGlobs, placesOf } from './glob.ts';

/** Runs of one to three tokens, many times over: what makes matchers explode. */
const REPEATED = fc
  .tuple(
    fc.array(fc.constantFrom('*', '**', '**/', '?', 'a', 'b', '/', '\u{1f600}'), {
      minLength: 1,
      maxLength: 3,
    }),
    fc.integer({ min: 1, max: 400 }),
    fc.constantFrom('', 'b', '/', '**'),
  )
  .map(([tokens, times, end]) => (tokens.join('').repeat(times) + end).slice(0, 1024));
describe('a glob', () => {
  test('has at most one word of places for 32 characters of the patterns: the work for each of the key', () => {
    const hasNoMore = (patterns: string[]) => {
      const places = patterns.reduce((sum, pattern) => sum + pattern.length + 1, 0);
      expect(placesOf(patterns).stay.length).toBeLessThanOrEqual(Math.ceil(places / 32));
    };
    fc.assert(fc.property(fc.array(REPEATED, { maxLength: 3 }), hasNoMore), { numRuns: 200 });
    fc.assert(fc.property(fc.array(fc.string({ unit: 'binary' })), hasNoMore));
  });

  test.each([
    ['*'.repeat(1000), 'a/'.repeat(500), true],
    [`${'*a'.repeat(500)}b`, 'a'.repeat(1000), false],
    [`${'**/'.repeat(300)}b`, 'a/'.repeat(500), false],
    [`${'**/'.repeat(300)}b`, `${'a/'.repeat(500)}b`, true],
    [`${'?'.repeat(500)}*b`, `${'a'.repeat(600)}b`, true],
  ])('%s matches %s: %s', (pattern, key, expected) => {
    expect(compileGlobs([pattern]).match(key)).toBe(expected);
  });

  test('agrees with a regular expression at every place of a word', () => {
    const token = fc.constantFrom('a', '/', '*', '**', '**/', '?', '\u{1f600}');
    fc.assert(
      fc.property(
        fc.integer({ min: 0, max: 70 }),
        fc.array(token, { minLength: 1, maxLength: 5 }),
        fc.string({ unit: fc.constantFrom('a', '/', '\u{1f600}'), maxLength: 6 }),
        fc.integer({ min: 0, max: 70 }),
        (before, tokens, key, after) => {
          const pattern = `${'x'.repeat(before)}${tokens.join('')}${'y'.repeat(after)}`;
          const source = pattern.replace(/\*\*\/|\*\*|\*|\?/g, text =>
            text === '**/' ? '(?:.*/)?' : text === '**' ? '.*' : text === '*' ? '[^/]*' : '[^/]',
          );
          const text = `${'x'.repeat(before)}${key}${'y'.repeat(after)}`;
          expect(compileGlobs([pattern]).match(text)).toBe(new RegExp(`^${source}$`, 'u').test(text));
        },
      ),
      { numRuns: 1500 },
    );
  });

  test('of several matches where one of them does, wherever their places meet', () => {
    const pattern = fc
      .array(fc.constantFrom('a', '/', '*', '**', '**/', '?'), { maxLength: 30 })
      .map(tokens => tokens.join(''));
    const key = fc.string({ unit: fc.constantFrom('a', '/'), maxLength: 12 });
    fc.assert(
      fc.property(fc.array(pattern, { maxLength: 6 }), key, (patterns, key) => {
        const one = patterns.some(each => compileGlobs([each]).match(key));
        expect(compileGlobs(patterns).match(key)).toBe(one);
      }),
      { numRuns: 1000 },
    );
  });
});
