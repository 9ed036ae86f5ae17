import fc from 'fast-check';
import { expect, test } from 'vitest';
import { DEFAULT_BUDGET } from './budget.ts';
import { memorySource } from './byte-source.ts';
import { RangeReader } from './range-reader.ts';

const bytes = Uint8Array.from({ length: 700_000 }, (_, i) => (i * 31 + (i >> 8)) & 255);
const open = (budget = {}, source = memorySource(bytes)) =>
  new RangeReader(source, { ...DEFAULT_BUDGET, ...budget }, new AbortController().signal);

test('any reads give the bytes of the file, and fetch each byte once', async () => {
  const reads = fc.array(fc.tuple(fc.nat(720_000), fc.nat(200_000)), { minLength: 1, maxLength: 20 });
  await fc.assert(
    fc.asyncProperty(reads, async list => {
      const reader = open();
      for (const [offset, length] of list)
        expect(
          Buffer.compare(await reader.upTo(offset, length), bytes.subarray(offset, offset + length)),
        ).toBe(0);
      expect(reader.spent.bytes).toBeLessThanOrEqual(bytes.length);
    }),
    { numRuns: 60 },
  );
});

test('reads that follow each other fetch further ahead each time', async () => {
  const reader = open();
  for (let at = 0; at < bytes.length; at += 1000) await reader.upTo(at, 1000);
  expect(reader.spent).toEqual({ bytes: bytes.length, requests: 4, reads: 700 });
});

test('a prefetch makes one request, and reads wait for it', async () => {
  const reader = open();
  reader.prefetch(100_000, 300_000);
  await Promise.all([reader.read(120_000, 10), reader.read(350_000, 10)]);
  expect(reader.spent.requests).toBe(1);
});

test.each([
  [{ bytes: 100_000 }, 'over_budget', /100,000 bytes/],
  [{ requests: 2 }, 'over_budget', /2 requests/],
  [{ reads: 5 }, 'over_budget', /5 reads/],
  [{ milliseconds: -1 }, 'over_budget', /milliseconds/],
])('keeps to %o', async (budget, code, message) => {
  const reader = open(budget);
  const readAll = async () => {
    for (let at = 0; at < bytes.length; at += 130_000) await reader.read(at, 10);
  };
  await expect(readAll()).rejects.toMatchObject({ code, message: expect.stringMatching(message) });
});

test('what lies beyond the end is truncated, and an answer that is too short is told apart from it', async () => {
  await expect(open().read(bytes.length - 5, 10)).rejects.toMatchObject({ code: 'truncated' });
  const short = { sizeBytes: 100_000, read: async () => new Uint8Array(7) };
  await expect(open({}, short).read(0, 10)).rejects.toMatchObject({ code: 'unreadable' });
});
