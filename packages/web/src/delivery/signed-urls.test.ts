import type { Problem, SignResult } from '@mooring/contract';
import { beforeEach, expect, test } from 'vitest';
import { createSignedUrls, type SignedUrlsOptions, SignRefused } from './signed-urls.ts';

const START = Date.parse('2026-11-22T12:00:00Z');
let time = START;
let due: { at: number; run: () => void }[] = [];
let asked: string[][] = [];

beforeEach(() => {
  time = START;
  due = [];
  asked = [];
});

/** Lets the clock run on, and what was scheduled happen. */
async function pass(ms: number) {
  time += ms;
  for (const { run } of due.filter(d => d.at <= time)) run();
  due = due.filter(d => d.at > time);
  await new Promise(resolve => setTimeout(resolve, 0));
}

const answer = (assetIds: string[], lifeMs: number): SignResult => ({
  items: assetIds.map(assetId => ({
    assetId,
    url: `https://acme.example/${assetId}?sig=${asked.length}`,
    expiresAt: new Date(time + lifeMs).toISOString(),
    delivery: 'direct',
    contentType: null,
  })),
  problems: [],
});

const create = (options: Partial<SignedUrlsOptions> = {}, lifeMs = 900_000) =>
  createSignedUrls({
    now: () => time,
    schedule: (run, delayMs) => due.push({ at: time + delayMs, run }),
    sign: async assetIds => {
      asked.push(assetIds);
      return answer(assetIds, lifeMs);
    },
    ...options,
  });

test('asks for many in one batch, and once for each', async () => {
  const urls = create();
  const all = Promise.all(['a', 'b', 'a'].map(urls.get));
  await pass(12);
  expect((await all).map(s => s.assetId)).toEqual(['a', 'b', 'a']);
  expect(asked).toEqual([['a', 'b']]);
});

test('splits batches at the limit', async () => {
  const urls = create({ batchSize: 2 });
  const all = Promise.all(['a', 'b', 'c'].map(urls.get));
  await pass(12);
  await all;
  expect(asked).toEqual([['a', 'b'], ['c']]);
});

test('an asset asked for while its batch is under way waits for that answer', async () => {
  let release = () => {};
  const gate = new Promise<void>(resolve => {
    release = resolve;
  });
  const urls = create({
    sign: async ids => {
      asked.push(ids);
      await gate;
      return answer(ids, 900_000);
    },
  });
  const first = urls.get('a');
  await pass(12);
  const second = urls.get('a');
  release();
  expect((await second).url).toBe((await first).url);
  await pass(12);
  expect(asked).toHaveLength(1);
});

test('keeps a URL until a minute before it expires, then asks again', async () => {
  const urls = create();
  const first = urls.get('a');
  await pass(12);
  const { url } = await first;
  expect(urls.renewInMs('a')).toBe(840_000);

  await pass(839_000);
  expect((await urls.get('a')).url).toBe(url);
  await pass(1000);
  expect(urls.peek('a')).toBeUndefined();
  const renewed = urls.get('a');
  await pass(12);
  expect((await renewed).url).not.toBe(url);
});

test('a URL that lives ten seconds is renewed two before its end', async () => {
  const urls = create({}, 10_000);
  const first = urls.get('a');
  await pass(12);
  await first;
  expect(urls.renewInMs('a')).toBe(8000);
});

test('a refused URL is replaced once, however many elements saw it refused', async () => {
  const urls = create();
  const first = urls.get('a');
  await pass(12);
  const { url } = await first;
  const both = Promise.all([urls.renew('a', url), urls.renew('a', url)]);
  await pass(12);
  const [one, two] = await both;
  expect(one.url).not.toBe(url);
  expect(two.url).toBe(one.url);
  expect((await urls.renew('a', url)).url).toBe(one.url);
  expect(asked).toHaveLength(2);
});

test('an asset that cannot be signed does not hold up the others, and is asked for again later', async () => {
  const problem = { code: 'object_archived', detail: 'It is in the archive tier.' } as Problem;
  const urls = create({
    sign: async ids => {
      asked.push(ids);
      return {
        ...answer(
          ids.filter(id => id !== 'bad'),
          900_000,
        ),
        problems: [{ assetId: 'bad', problem }],
      };
    },
  });
  const good = urls.get('good');
  const bad = urls.get('bad').catch((error: unknown) => error);
  await pass(12);
  expect((await good).assetId).toBe('good');
  expect(await bad).toBeInstanceOf(SignRefused);
  expect(await bad).toMatchObject({ problem });
  void urls.get('bad').catch(() => {});
  await pass(12);
  expect(asked).toEqual([['good', 'bad'], ['bad']]);
});

test('a failed batch fails for all who wait, and can be tried again', async () => {
  let down = true;
  const urls = create({
    sign: async ids => {
      if (down) throw new Error('no answer');
      return answer(ids, 900_000);
    },
  });
  const failed = urls.get('a').catch((error: unknown) => error);
  await pass(12);
  expect(await failed).toMatchObject({ message: 'no answer' });
  down = false;
  const again = urls.get('a');
  await pass(12);
  expect((await again).assetId).toBe('a');
});

test('an asset that the answer leaves out is not waited for for ever', async () => {
  const urls = create({ sign: async () => ({ items: [], problems: [] }) });
  const failed = urls.get('a').catch((error: unknown) => error);
  await pass(12);
  expect(await failed).toMatchObject({ message: expect.stringContaining('did not answer for asset a') });
});

test('forgets the oldest beyond its size', async () => {
  const urls = create({ maxEntries: 2 });
  const all = Promise.all(['a', 'b', 'c'].map(urls.get));
  await pass(12);
  await all;
  expect(['a', 'b', 'c'].map(id => urls.peek(id) !== undefined)).toEqual([false, true, true]);
});
