import fc from 'fast-check';
import { expect, test } from 'vitest';
import { compareUtf8 } from './utf8-order.ts';

/** Of every length in UTF-8, before and after the surrogates. */
const CHARACTERS = [
  '\0',
  '-',
  '/',
  'a',
  '\x7f',
  '\x80',
  'é',
  '中',
  '\ud7ff',
  '\ue000',
  '\uffff',
  '📷',
  '\u{10ffff}',
];
const text = fc.array(fc.constantFrom(...CHARACTERS), { maxLength: 5 }).map(parts => parts.join(''));

test('compares as the bytes do', () => {
  const check = fc.property(text, text, text, (beginning, one, other) => {
    const [a, b] = [beginning + one, beginning + other];
    expect(Math.sign(compareUtf8(a, b))).toBe(Buffer.compare(Buffer.from(a), Buffer.from(b)));
  });
  fc.assert(check, { numRuns: 5000 });
});
