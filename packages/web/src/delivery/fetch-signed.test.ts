import { beforeEach, expect, test } from 'vitest';
import { fetchStart, StorageRefused } from './fetch-signed.ts';
import { createSignedUrls } from './signed-urls.ts';

let signed = 0;
let seen: string[] = [];
beforeEach(() => {
  signed = 0;
  seen = [];
});

const urls = () =>
  createSignedUrls({
    now: () => 0,
    schedule: run => queueMicrotask(run),
    sign: async ([assetId]) => ({
      items: [
        {
          assetId: assetId!,
          url: `https://a.example/${++signed}`,
          expiresAt: new Date(900_000).toISOString(),
          delivery: 'direct',
        },
      ],
      problems: [],
    }),
  });

/** The storage answers with these, in this order. */
const storage = (...answers: Response[]): typeof fetch =>
  (async (url: string, init: RequestInit) => {
    seen.push(`${url} ${new Headers(init.headers).get('range')}`);
    return answers.shift()!;
  }) as typeof fetch;

const read = (fetch: typeof globalThis.fetch) =>
  fetchStart(urls(), 'ast_1', 4, new AbortController().signal, fetch);

const text = (bytes: Uint8Array) => new TextDecoder().decode(bytes);

test('reads the first bytes', async () => {
  expect(text(await read(storage(new Response('abcd', { status: 206 }))))).toBe('abcd');
  expect(seen[0]).toBe('https://a.example/1 bytes=0-3');
});

test('a 403 is tried once more with a new URL', async () => {
  const bytes = await read(storage(new Response('', { status: 403 }), new Response('abc', { status: 206 })));
  expect(text(bytes)).toBe('abc');
  expect(seen).toEqual(['https://a.example/1 bytes=0-3', 'https://a.example/2 bytes=0-3']);
});

test('a second 403 is told', async () => {
  const refused = () => new Response('', { status: 403 });
  const error = await read(storage(refused(), refused(), refused())).catch((e: unknown) => e);
  expect(error).toBeInstanceOf(StorageRefused);
  expect(error).toMatchObject({ status: 403 });
  expect(seen).toHaveLength(2);
});

test('an empty object has no first bytes', async () => {
  expect(await read(storage(new Response('', { status: 416 })))).toHaveLength(0);
});

test('a storage that ignores the range does not flood the page', async () => {
  expect(text(await read(storage(new Response('abcdefgh'))))).toBe('abcd');
});
