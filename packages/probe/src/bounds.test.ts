import fc from 'fast-check';
import { afterAll, expect, test } from 'vitest';
import { DEFAULT_BUDGET } from './budget.ts';
import { type ByteSource, memorySource } from './byte-source.ts';
import { createProber } from './node/prober.ts';
import { probeWithinBounds } from './testing-bounds.ts';
import { HOSTILE } from './testing-hostile.ts';
import { mutatedSamples, readSamples } from './testing-mutations.ts';

const prober = createProber({ threads: 1 });
afterAll(() => prober.close());
const probeBounded = (source: ByteSource, name = 'unnamed') =>
  probeWithinBounds(source, DEFAULT_BUDGET, counting => prober.probe(counting, name));
const samples = await readSamples();

test.each(Object.entries(HOSTILE))('%s', async (_, source) => {
  await probeBounded(source);
});

test('what they all leave behind in memory is little', async () => {
  const before = process.memoryUsage().rss;
  for (const source of Object.values(HOSTILE)) await probeBounded(source);
  expect(process.memoryUsage().rss - before).toBeLessThan(200 << 20);
});

test('a sample is cut at every hundred bytes', async () => {
  for (const { name, bytes } of samples)
    for (let end = 0; end < bytes.length; end += 100)
      await probeBounded(memorySource(bytes.subarray(0, end)), name);
});

test('samples are changed here and there', async () => {
  await fc.assert(
    fc.asyncProperty(mutatedSamples(samples), async ({ name, bytes }) => {
      await probeBounded(memorySource(bytes), name);
    }),
    { numRuns: 3_000 },
  );
});
