import { readdirSync, readFileSync } from 'node:fs';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { ManifestError } from './index.ts';
import { goldenFolder, readAll } from './testing-read.ts';

const files = readdirSync(goldenFolder)
  .filter(name => !name.endsWith('.expected.json'))
  .map(name => new Uint8Array(readFileSync(new URL(name, goldenFolder))));
const file = fc.constantFrom(...files);

/** Cuts bytes at these places. */
function cut(bytes: Uint8Array, places: number[]): Uint8Array[] {
  const sorted = [
    0,
    ...places.map(place => place % (bytes.length + 1)).toSorted((a, b) => a - b),
    bytes.length,
  ];
  return sorted.slice(1).map((end, index) => bytes.slice(sorted[index], end));
}

test('chunks of any size give the same', async () => {
  await fc.assert(
    fc.asyncProperty(file, fc.array(fc.nat(), { maxLength: 30 }), async (bytes, places) => {
      expect(await readAll(cut(bytes, places))).toEqual(await readAll([bytes]));
    }),
    { numRuns: 60 },
  );
});

test('single bytes as chunks give the same', async () => {
  for (const bytes of files)
    expect(await readAll(Array.from(bytes, byte => Uint8Array.of(byte)))).toEqual(await readAll([bytes]));
});

test('after a number of items and problems, the rest is the same', async () => {
  await fc.assert(
    fc.asyncProperty(file, fc.nat({ max: 12 }), async (bytes, skip) => {
      const all = await readAll([bytes]);
      const rest = await readAll([bytes], { skip });
      const done = all.problems.filter(({ index }) => index < skip).length;
      expect(rest.problems).toEqual(all.problems.slice(done));
      expect(rest.items).toEqual(all.items.slice(Math.min(skip, all.index) - done));
      expect(rest.index).toBe(all.index);
    }),
    { numRuns: 60 },
  );
});

test('changed files are read, or refused in words', async () => {
  const change = fc.record({
    at: fc.nat(),
    byte: fc.integer({ min: 0, max: 255 }),
    length: fc.nat({ max: 40 }),
  });
  await fc.assert(
    fc.asyncProperty(file, fc.array(change, { minLength: 1, maxLength: 6 }), async (bytes, changes) => {
      let changed = Array.from(bytes);
      for (const { at, byte, length } of changes) changed.splice(at % changed.length, length, byte, byte);
      changed = changed.length > 0 ? changed : [32];
      try {
        const { items, problems, index } = await readAll([Uint8Array.from(changed)]);
        expect(items.length + problems.length).toBe(index);
        for (const { seen, expected, fix } of problems)
          for (const words of [seen, expected, fix]) expect(words.length).toBeLessThan(2000);
      } catch (error) {
        expect(error).toBeInstanceOf(ManifestError);
        expect((error as ManifestError).message.length).toBeLessThan(3000);
      }
    }),
    { numRuns: 150 },
  );
});
