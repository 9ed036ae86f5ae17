import { pageQuery } from '@mooring/contract';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { decodeCursor, encodeCursor } from './cursor.ts';
import { adversarialKey } from './testing.ts';

test('a cursor holds its place exactly', () => {
  fc.assert(
    fc.property(fc.array(adversarialKey, { minLength: 1, maxLength: 3 }), place => {
      const cursor = encodeCursor(...place);
      expect(cursor).toMatch(/^[\w-]+$/);
      expect(decodeCursor(cursor, place.length)).toEqual(place);
    }),
  );
});

test.each(['\u{1f600}', '\u0001', '"'])('the longest key of %j makes a cursor that the API takes', unit => {
  const cursor = encodeCursor('src_01k9zq3v8w2m4n6p8r0t', unit.repeat(1024));
  expect(pageQuery.parse({ cursor })).toMatchObject({ cursor });
});

test.each([
  ['nothing', ''],
  ['no base64', '*'],
  ['no JSON', Buffer.from('nope').toString('base64url')],
  ['no list', Buffer.from('{"a":"b"}').toString('base64url')],
  ['an empty list', Buffer.from('[]').toString('base64url')],
  ['numbers', Buffer.from('[1,2]').toString('base64url')],
  ['too few', encodeCursor('a')],
  ['too many', encodeCursor('a', 'b', 'c')],
  ['a NUL', encodeCursor('a', 'b\0')],
  ['half a surrogate pair', encodeCursor('a', 'b\ud800')],
])('%s is refused', (_what, cursor) => {
  expect(() => decodeCursor(cursor, 2)).toThrow(
    expect.objectContaining({ code: 'invalid_request', fix: expect.stringContaining('nextCursor') }),
  );
});

test('any text is accepted or refused, and fails in no other way', () => {
  fc.assert(
    fc.property(fc.oneof(fc.string(), fc.base64String()), text => {
      try {
        decodeCursor(text, 1);
      } catch (error) {
        expect(error).toMatchObject({ code: 'invalid_request' });
      }
    }),
  );
});
