import fc from 'fast-check';
import { expect, test } from 'vitest';
import { comparePlaces, compareText, findPage } from './order.ts';

const text = fc.string({ unit: 'binary', maxLength: 8 });
const bytes = (value: string) => new TextEncoder().encode(value);
const compareBytes = (a: string, b: string): number => {
  const [x, y] = [bytes(a), bytes(b)];
  const at = x.findIndex((byte, i) => byte !== y[i]);
  return at === -1 || at >= y.length ? x.length - y.length : x[at]! - y[at]!;
};

test('text is compared as its UTF-8 bytes are', () => {
  expect(compareText('\uffee', '😀')).toBeLessThan(0);
  expect('\uffee' < '😀').toBe(false);
  fc.assert(
    fc.property(text, text, (a, b) => {
      expect(Math.sign(compareText(a, b))).toBe(Math.sign(compareBytes(a, b)));
    }),
    { numRuns: 1000 },
  );
});

test('sources come before keys', () => {
  expect(comparePlaces({ sourceId: 'src_a', key: 'z' }, { sourceId: 'src_b', key: 'a' })).toBeLessThan(0);
});

test('finds the page of any item, asking for few', async () => {
  await fc.assert(
    fc.asyncProperty(
      fc.uniqueArray(text, { minLength: 1, maxLength: 200 }),
      fc.integer({ min: 1, max: 7 }),
      fc.nat(),
      async (keys, pageSize, pick) => {
        const items = keys.sort(compareText).map(key => ({ sourceId: 'src_a', key }));
        const index = pick % items.length;
        const pages = Math.ceil(items.length / pageSize);
        let asked = 0;
        const page = await findPage(pages, items[index]!, async at => {
          asked++;
          return items[at * pageSize] ?? null;
        });
        expect(page).toBe(Math.floor(index / pageSize));
        expect(asked).toBeLessThanOrEqual(Math.ceil(Math.log2(pages)) + 1);
      },
    ),
  );
});
