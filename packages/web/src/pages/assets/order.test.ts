import fc from 'fast-check';
import { expect, test } from 'vitest';
import { compareText, comparing, findPage, type Place } from './order.ts';

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

const place = (changes: Partial<Place>): Place => ({
  ...{
    id: 'ast_a',
    sourceId: 'src_a',
    key: 'a',
    sizeBytes: 1,
    lastModified: '2026-01-01T00:00:00Z',
    media: null,
  },
  ...changes,
});
const lasting = (durationSeconds: number): Place['media'] => ({
  facts: { mediaType: 'video/mp4', kind: 'video', durationSeconds },
  warnings: [],
  problem: null,
  probedAt: '2026-01-01T00:00:00Z',
});

test('sources come before keys', () => {
  const [a, b] = [place({ sourceId: 'src_a', key: 'z' }), place({ sourceId: 'src_b', key: 'a' })];
  expect(comparing('key')(a, b)).toBeLessThan(0);
  expect(comparing('-key')(a, b)).toBeGreaterThan(0);
});

test('values come before ids, and assets without a value last', () => {
  const [short, long, none] = [
    place({ media: lasting(1) }),
    place({ media: lasting(2) }),
    place({ sizeBytes: 5 }),
  ];
  expect([none, long, short].sort(comparing('duration'))).toEqual([short, long, none]);
  expect([none, short, long].sort(comparing('-duration'))).toEqual([long, short, none]);
  expect([none, short].sort(comparing('size'))).toEqual([short, none]);
  expect(comparing('-size')(place({ id: 'ast_b' }), place({}))).toBeLessThan(0);
});

test('finds the page of any item, asking for few', async () => {
  await fc.assert(
    fc.asyncProperty(
      fc.uniqueArray(text, { minLength: 1, maxLength: 200 }),
      fc.integer({ min: 1, max: 7 }),
      fc.nat(),
      async (keys, pageSize, pick) => {
        const items = keys.sort(compareText).map(key => place({ key }));
        const index = pick % items.length;
        const pages = Math.ceil(items.length / pageSize);
        let asked = 0;
        const page = await findPage(pages, items[index]!, comparing(), async at => {
          asked++;
          return items[at * pageSize] ?? null;
        });
        expect(page).toBe(Math.floor(index / pageSize));
        expect(asked).toBeLessThanOrEqual(Math.ceil(Math.log2(pages)) + 1);
      },
    ),
  );
});
