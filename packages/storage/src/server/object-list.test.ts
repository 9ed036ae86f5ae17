import { ARCHIVE_STATES } from '@mooring/contract';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { ColumnWriter, emptyRow, ObjectColumns } from './object-columns.ts';
import { ObjectList } from './object-list.ts';
import { columnsOf, plainObject } from './testing-objects.ts';
import { compareUtf8 } from './utf8-order.ts';

const KEY = fc.string({
  unit: fc.constantFrom('a', 'b', '/', 'é', '\uffee', '📷'),
  minLength: 1,
  maxLength: 12,
});
const object = (key: string) => ({
  key,
  etag: `0x${key.length}`,
  sizeBytes: 2 ** 33 + key.length,
  contentType: key.length % 2 === 0 ? 'image/jpeg' : null,
  tier: key.length % 3 === 0 ? 'Archive' : 'Hot',
  archiveState: ARCHIVE_STATES[key.length % 3]!,
  lastModified: new Date(key.length),
  placeholder: false,
});

/** Several pages, some as bytes and some as objects, and the keys of all of them. */
const pages = fc.array(fc.tuple(fc.array(KEY, { maxLength: 6 }), fc.boolean())).map(all => ({
  keys: all.flatMap(([keys]) => keys),
  list: ObjectList.concat(
    all.map(([keys, asBytes]) => ObjectList.of(asBytes ? columnsOf(keys.map(object)) : keys.map(object))),
  ),
}));

test('a list is what its pages hold, for every cut', () => {
  fc.assert(
    fc.property(pages, fc.nat(40), fc.nat(40), ({ keys, list }, begin, end) => {
      expect(Array.from(list, plainObject)).toEqual(keys.map(object));
      expect(Array.from(list.slice(begin, end), ({ key }) => key)).toEqual(keys.slice(begin, end));
      expect(list.slice(begin, end).length).toBe(keys.slice(begin, end).length);
      for (const index of [begin, -begin]) expect(list.at(index)?.key).toBe(keys.at(index));
      expect(list.findLast(({ key }) => key < 'b')?.key).toBe(keys.findLast(key => key < 'b'));
    }),
  );
});

test('the newest of a list are those that were modified last', () => {
  fc.assert(
    fc.property(pages, fc.integer({ min: 1, max: 5 }), fc.nat(10), ({ keys, list }, most, leftOut) => {
      const others = keys.filter((_, index) => index !== leftOut).map(object);
      const newest = others.toSorted(
        (one, other) => other.lastModified.getTime() - one.lastModified.getTime(),
      );
      expect(list.newest(most, index => index === leftOut).map(plainObject)).toEqual(newest.slice(0, most));
    }),
  );
});

test('the order of a list is that of its keys in UTF-8', () => {
  const ordered = fc.tuple(pages, fc.constantFrom(true, false)).map(([{ keys }, isSorted]) => {
    const inOrder = isSorted ? keys.toSorted(compareUtf8) : keys;
    const cut = Math.floor(inOrder.length / 3);
    const rows = [
      columnsOf(inOrder.slice(0, cut).map(object)),
      inOrder.slice(cut, 2 * cut).map(object),
      columnsOf(inOrder.slice(2 * cut).map(object)),
    ];
    return { keys: inOrder, list: ObjectList.concat(rows.map(each => ObjectList.of(each))) };
  });
  fc.assert(
    fc.property(ordered, KEY, ({ keys, list }, key) => {
      const steps = keys.slice(1).map((next, at) => compareUtf8(keys[at]!, next));
      const expected = steps.some(step => step > 0) ? 'none' : steps.includes(0) ? 'repeats' : 'ascending';
      expect(list.order()).toBe(expected);
      if (expected === 'none') return;
      const place = keys.findIndex(each => compareUtf8(each, key) >= 0);
      expect(list.firstNot(each => compareUtf8(each.key, key) < 0)).toBe(place < 0 ? keys.length : place);
    }),
    { numRuns: 500 },
  );
});

test('an empty object that ends in a slash, or is marked, is a placeholder', () => {
  const texts = Buffer.from('photos/a');
  const rows = new ColumnWriter(0);
  for (const [keyEnd, sizeBytes, isDirectory] of [
    [7, 0, false],
    [8, 0, false],
    [8, 0, true],
    [8, 1, true],
  ] as const)
    rows.add({ ...emptyRow(), keyEnd, sizeBytes, isDirectory });
  const placeholders = Array.from(
    ObjectList.of(new ObjectColumns(rows.take(texts, [null]))),
    each => each.placeholder,
  );
  expect(placeholders).toEqual([true, false, true, false]);
});
