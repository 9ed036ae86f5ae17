import { isDeepStrictEqual } from 'node:util';
import { ARCHIVE_STATES } from '@mooring/contract';
import { ObjectList } from '@mooring/storage/server';
import { columnsOf } from '@mooring/storage/testing';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { Digest, type Facts } from './fingerprint.ts';

const text = fc.string({ unit: 'grapheme', minLength: 1, maxLength: 2000 });
const facts: fc.Arbitrary<Facts> = fc.record({
  key: text,
  etag: fc.string({ unit: 'grapheme-ascii', minLength: 1 }),
  sizeBytes: fc.nat({ max: Number.MAX_SAFE_INTEGER }),
  contentType: fc.option(fc.constantFrom('image/jpeg', 'video/mp4')),
  tier: fc.option(fc.constantFrom('Hot', 'Archive')),
  archiveState: fc.constantFrom(...ARCHIVE_STATES),
  lastModified: fc.date({ noInvalidDate: true }),
});

const PLAIN = {
  etag: '0x8DD0A1B2C3D4E5F',
  sizeBytes: 1,
  contentType: null,
  tier: null,
  archiveState: 'readable',
} as const;

const digestOf = (all: readonly Facts[]): Digest => {
  const digest = new Digest();
  for (const each of all) digest.add(each);
  return digest;
};

test('objects have the same digest as they are listed, and as they are stored', () => {
  fc.assert(
    fc.property(fc.array(facts, { maxLength: 10 }), fc.nat(10), (all, skipped) => {
      const listed = new Digest();
      listed.addAll(ObjectList.of(columnsOf(all)), new Map([[skipped, null]]));
      expect(listed).toEqual(digestOf(all.toSpliced(skipped, 1).toReversed()));
    }),
  );
});

test('taking away is the opposite of adding', () => {
  fc.assert(
    fc.property(fc.array(facts), fc.array(facts), (some, others) => {
      const digest = digestOf([...some, ...others]);
      for (const each of others) digest.remove(each);
      expect(digest).toEqual(digestOf(some));
    }),
  );
});

test('every difference changes the digest', () => {
  fc.assert(
    fc.property(
      facts,
      facts,
      fc.constantFrom('key', 'etag', 'sizeBytes', 'contentType', 'tier', 'archiveState', 'lastModified'),
      (one, another, name) => {
        fc.pre(!isDeepStrictEqual(one[name], another[name]));
        const other = { ...one, [name]: another[name] };
        expect(digestOf([one]).equals(digestOf([other]))).toBe(false);
      },
    ),
  );
});

test('a digest stays what it is: where it changes, the next sync of every source reads all rows', () => {
  const photo = { ...PLAIN, key: 'photos/é.jpg', sizeBytes: 2 ** 33 + 5, contentType: 'image/jpeg' };
  const { a, b } = digestOf([{ ...photo, tier: 'Cool', lastModified: new Date(1_767_323_045_000) }]);
  expect([a, b]).toEqual([2036630718, 1435727044]);
});

test('of many neighbours no two have the same', () => {
  const seen = new Set<string>();
  const lastModified = new Date(0);
  for (let number = 0; number < 300_000; number++) {
    const { a, b } = digestOf([{ ...PLAIN, key: `videos/${number}.mp4`, lastModified }]);
    seen.add(`${a} ${b}`);
  }
  expect(seen.size).toBe(300_000);
});
