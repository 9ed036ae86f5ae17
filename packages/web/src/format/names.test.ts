import fc from 'fast-check';
import { expect, test } from 'vitest';
import { extensionOf, splitTail, toVisible, truncateMiddle } from './names.ts';

test('control characters and direction marks become visible', () => {
  expect(toVisible('a\nb\tc')).toBe('a␊b␉c');
  expect(toVisible('photo\u202egpj.exe')).toBe('photo[U+202E]gpj.exe');
  expect(toVisible('Zürich 🛥️ صورة.jpg')).toBe('Zürich 🛥️ صورة.jpg');
});

test('every name has something to see', () => {
  expect(toVisible('')).toBe('(no name)');
  expect(toVisible('  ')).toBe('“  ”');
  expect(toVisible('\u200b\u00a0')).toBe('“\u200b\u00a0”');
  expect(toVisible(' a')).toBe(' a');
});

test('the middle goes, beginning and extension stay', () => {
  expect(truncateMiddle('short.jpg', 20)).toBe('short.jpg');
  expect(truncateMiddle('a-very-long-name-indeed-of-a-photo.jpg', 20)).toBe('a-very-long-n…to.jpg');
});

test('no emoji or accented letter is cut in two', () => {
  const family = '👩‍👩‍👧‍👦';
  expect(truncateMiddle(family.repeat(30), 9)).toBe(`${family.repeat(5)}…${family.repeat(3)}`);
});

test('never longer than asked, in visible characters', () => {
  const count = (text: string) => Array.from(new Intl.Segmenter().segment(text)).length;
  fc.assert(
    fc.property(
      fc.string({ unit: 'grapheme-composite', maxLength: 80 }),
      fc.integer({ min: 4, max: 60 }),
      (text, length) => {
        expect(count(truncateMiddle(text, length))).toBeLessThanOrEqual(Math.max(length, 1));
      },
    ),
  );
});

test('extensions', () => {
  expect(extensionOf('a/b.tar.GZ')).toBe('GZ');
  expect(extensionOf('README')).toBe('');
  expect(extensionOf('odd.name with space')).toBe('');
});

test('a tail keeps whole characters, and nothing is lost', () => {
  expect(splitTail('holiday👩‍👩‍👧‍👦.jpg', 5)).toEqual(['holiday', '👩‍👩‍👧‍👦.jpg']);
  fc.assert(
    fc.property(fc.string({ unit: 'grapheme', maxLength: 300 }), text => {
      expect(splitTail(text, 9).join('')).toBe(text);
    }),
  );
});
