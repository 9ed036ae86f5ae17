import { afterAll, expect, test } from 'vitest';
import { DEFAULT_BUDGET } from '../budget.ts';
import { memorySource } from '../byte-source.ts';
import { createProber } from './prober.ts';

const formats = new URL('./testing-formats.ts', import.meta.url);
const file = (words: string) => memorySource(new TextEncoder().encode(words));
const large = (words: string) => {
  const bytes = new Uint8Array(500_000).fill(7);
  bytes.set(new TextEncoder().encode(words));
  return memorySource(bytes);
};
/** Long enough for a thread to start on a busy machine, short enough to wait for. */
const short = { ...DEFAULT_BUDGET, milliseconds: 3_000 };

const prober = createProber({ threads: 2, formats });
const hasty = createProber({ threads: 1, formats, budget: short });
afterAll(() => Promise.all([prober.close(), hasty.close()]));

test('a format that cannot spin is read on the spot, others in a thread, and both ask once for each byte', async () => {
  const quick = await prober.probe(large('quick'), 'a.quick');
  expect(quick).toMatchObject({ facts: { width: 1 }, spent: { requests: 1, bytes: 65_536 } });
  const source = large('calm');
  const asked: number[] = [];
  const counting = {
    sizeBytes: source.sizeBytes,
    read: (offset: number, length: number, signal: AbortSignal) => {
      asked.push(offset);
      return source.read(offset, length, signal);
    },
  };
  const calm = await prober.probe(counting, 'a.quick');
  expect(calm).toMatchObject({ facts: { width: 2, pages: 7 }, spent: { requests: 2 } });
  expect(calm.warnings.map(({ code }) => code)).toEqual(['name_disagrees']);
  expect(asked).toEqual([0, 7 * 65_536]);
});

test.each(['spins', 'waits'])(
  'a reader that %s is ended at the deadline, and the next file is read',
  async words => {
    await expect(hasty.probe(file(words), 'a')).rejects.toMatchObject({
      name: 'ProbeError',
      code: 'over_budget',
    });
    expect((await hasty.probe(file('calm'), 'a')).facts.width).toBe(2);
  },
);

test.each(['objects', 'buffers'])(
  'a reader that takes %s without end is ended, and harms none',
  async words => {
    const before = process.memoryUsage().rss;
    await expect(prober.probe(file(words), 'a')).rejects.toMatchObject({
      code: 'over_budget',
      message: expect.stringMatching(/128 MB of objects or 256 MB of buffers/),
    });
    expect((await prober.probe(file('calm'), 'a')).facts.width).toBe(2);
    expect(process.memoryUsage().rss - before).toBeLessThan(400 << 20);
  },
);

test.each([
  ['throws-nothing', 'The throws-nothing file breaks the rules: an error without words'],
  ['throws-a-symbol', 'The throws-a-symbol file breaks the rules: an error without words'],
  ['throws-at-once', 'The throws-at-once file breaks the rules: at once'],
  ['throws-later', 'The thread that read this file has ended: later'],
  ['exits', 'The thread that read this file has ended itself.'],
  [
    'gives-what-cannot-cross',
    expect.stringMatching(/^The file breaks the rules of its format: .*could not be cloned/),
  ],
])('a reader that %s gives a ProbeError', async (words, message) => {
  await expect(prober.probe(file(words), 'a')).rejects.toMatchObject({
    name: 'ProbeError',
    code: 'malformed',
    message,
  });
  expect((await prober.probe(file('calm'), 'a')).facts.width).toBe(2);
});

test('the bytes of the source stay with it, in any kind of buffer', async () => {
  const bytes = Buffer.alloc(500_000, 7);
  bytes.write('calm');
  for (let i = 0; i < 2; i++)
    expect((await prober.probe(memorySource(bytes), 'a')).facts).toMatchObject({ pages: 7 });
  expect(bytes.length).toBe(500_000);
});

test('an error of the storage crosses to the thread and back', async () => {
  const source = large('calm');
  const cause = new TypeError('fetch failed');
  const failing = {
    sizeBytes: source.sizeBytes,
    read: (offset: number, length: number, signal: AbortSignal) =>
      offset === 0 ? source.read(offset, length, signal) : Promise.reject(cause),
  };
  await expect(prober.probe(failing, 'a')).rejects.toMatchObject({
    code: 'unreadable',
    message: 'The storage did not answer: fetch failed',
    cause,
  });
});

test('a probe can be given up while a reader spins', async () => {
  const controller = new AbortController();
  const probing = prober.probe(file('spins'), 'a', { signal: controller.signal });
  controller.abort(new Error('enough'));
  await expect(probing).rejects.toThrow('enough');
});

test('more files than threads wait for each other', async () => {
  const results = await Promise.all(Array.from({ length: 50 }, () => prober.probe(large('calm'), 'a')));
  expect(results.map(({ facts }) => facts.pages)).toEqual(new Array(50).fill(7));
});

test('closing ends what is under way, and what waits for a thread', async () => {
  const closing = createProber({ threads: 1, formats });
  const probes = Promise.allSettled([
    closing.probe(file('spins'), 'a'),
    closing.probe(file('spins'), 'a'),
    closing.probe(file('calm'), 'a'),
  ]);
  await closing.close();
  for (const outcome of await probes)
    expect(outcome).toMatchObject({
      status: 'rejected',
      reason: { message: expect.stringMatching(/was closed/) },
    });
});
