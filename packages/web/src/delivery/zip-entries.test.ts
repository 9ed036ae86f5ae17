import type { Asset, Problem } from '@mooring/contract';
import { expect, test } from 'vitest';
import { createSignedUrls } from './signed-urls.ts';
import { zipEntries } from './zip-entries.ts';

const MB = 2 ** 20;
const asset = (key: string, sizeBytes = 1) =>
  ({ id: key, key, sizeBytes, lastModified: '2026-01-01T00:00:00Z' }) as Asset;

const isSigned = (id: string) => id !== 'unsigned';
const problem = { detail: 'It has gone.' } as Problem;

const urls = () =>
  createSignedUrls({
    now: () => 0,
    schedule: run => queueMicrotask(run),
    sign: async assetIds => ({
      items: assetIds.filter(isSigned).map(assetId => ({
        assetId,
        url: `https://a.example/${assetId}`,
        expiresAt: new Date(900_000).toISOString(),
        delivery: 'direct',
        contentType: null,
      })),
      problems: assetIds.filter(id => !isSigned(id)).map(assetId => ({ assetId, problem })),
    }),
  });

/** The archive of assets, where the storage answers with these. */
function archive(assets: Asset[], answers: Record<string, () => Response>) {
  const stop = new AbortController();
  const asked: string[] = [];
  const done: [string, string | null][] = [];
  const entries = zipEntries(assets, {
    urls: urls(),
    signal: stop.signal,
    fetch: (async (url: string) => {
      const name = new URL(url).pathname.slice(1);
      asked.push(name);
      return answers[name]!();
    }) as typeof fetch,
    onAsset: ({ key }, failure) => done.push([key, failure]),
  });
  return { entries, stop, asked, done };
}

async function textOf(input: AsyncIterable<Uint8Array> | string): Promise<string> {
  return typeof input === 'string' ? input : Buffer.concat(await Array.fromAsync(input)).toString();
}

test('what cannot be read is left out, and a text at the end says why', async () => {
  const assets = ['a', 'gone', 'b', 'unsigned', 'empty'].map(key => asset(key));
  const { entries, done } = archive(assets, {
    a: () => new Response('of a'),
    gone: () => new Response('<Code>NotThere</Code>', { status: 404 }),
    b: () => new Response('of b'),
    empty: () => new Response(null),
  });
  const found: [string, string][] = [];
  for await (const { name, input } of entries) found.push([name, await textOf(input)]);
  const why = 'The storage no longer has this file (status 404, NotThere).';
  expect(found).toEqual([
    ['a', 'of a'],
    ['b', 'of b'],
    ['empty', ''],
    ['Not downloaded.txt', `gone\n  ${why}\nunsigned\n  It has gone.\n`],
  ]);
  expect(done).toEqual([
    ['a', null],
    ['gone', why],
    ['b', null],
    ['unsigned', 'It has gone.'],
    ['empty', null],
  ]);
});

test('a small file that breaks off is left out', async () => {
  const broken = new ReadableStream({ start: controller => controller.error(new Error('It broke off.')) });
  const { entries, done } = archive([asset('a')], { a: () => new Response(broken) });
  expect((await Array.fromAsync(entries)).map(({ name }) => name)).toEqual(['Not downloaded.txt']);
  expect(done).toEqual([['a', 'It broke off.']]);
});

test.each([
  ['larger than listed', 1],
  ['as listed', 20 * MB],
])('of a file that is large, %s, little is held in memory', async (_, sizeBytes) => {
  let sentBytes = 0;
  const body = new ReadableStream({
    pull(controller) {
      if (sentBytes === 20 * MB) return controller.close();
      sentBytes += MB;
      controller.enqueue(new Uint8Array(MB));
    },
  });
  const { entries } = archive([asset('a', sizeBytes)], { a: () => new Response(body) });
  const { value } = await entries.next();
  expect(sentBytes).toBeLessThan(8 * MB);
  expect(await textOf(value!.input)).toHaveLength(20 * MB);
});

test('stopping it ends it, and asks for nothing more', async () => {
  const assets = Array.from({ length: 10 }, (_, at) => asset(String(at)));
  const answers = Object.fromEntries(assets.map(({ key }) => [key, () => new Response(key)]));
  const { entries, stop, asked } = archive(assets, answers);
  await entries.next();
  stop.abort();
  await expect(entries.next()).rejects.toBe(stop.signal.reason);
  expect(asked).toHaveLength(4);
});
