import { beforeEach, expect, test } from 'vitest';
import { fetchRange } from './fetch-range.ts';
import { NotLoaded } from './not-loaded.ts';
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
          contentType: null,
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

const read = (fetch: typeof globalThis.fetch) => readFrom(0, fetch);
const readFrom = (offset: number, fetch: typeof globalThis.fetch) =>
  fetchRange(urls(), { id: 'ast_1', etag: 'e1' }, offset, 4, new AbortController().signal, fetch, () => 0);

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

test('a second 403 is the end', async () => {
  const refused = () => new Response('', { status: 403 });
  const error = await read(storage(refused(), refused(), refused())).catch((e: unknown) => e);
  expect(error).toBeInstanceOf(NotLoaded);
  expect(error).toMatchObject({ cause: 'refused', message: expect.stringContaining('status 403') });
  expect(seen).toHaveLength(2);
});

test('a storage that a page may not read differs from one that does not answer', async () => {
  const blocked = (async (_: string, { mode }: RequestInit) => {
    if (mode === 'no-cors') return new Response();
    throw new TypeError('Failed to fetch');
  }) as typeof fetch;
  await expect(read(blocked)).rejects.toMatchObject({ cause: 'not-allowed' });
  const silent = (async () => {
    throw new TypeError('Failed to fetch');
  }) as typeof fetch;
  await expect(read(silent)).rejects.toMatchObject({ cause: 'unreachable' });
});

test('the whole is read as far as it is wanted where the browser takes no range of it', async () => {
  const packed = (async (_: string, { headers }: RequestInit) => {
    if (new Headers(headers).has('range')) throw new TypeError('Failed to fetch');
    return new Response('abcdefgh');
  }) as typeof fetch;
  expect(text(await read(packed))).toBe('abcd');
});

test('a request that fails once, as its connection ends, is not taken for CORS', async () => {
  const answers = [new TypeError('Failed to fetch'), new Response('abcd', { status: 206 })];
  const flaky = (async () => {
    const answer = answers.shift()!;
    if (answer instanceof Error) throw answer;
    return answer;
  }) as typeof fetch;
  expect(text(await read(flaky))).toBe('abcd');
});

test('an empty object has no first bytes', async () => {
  expect(await read(storage(new Response('', { status: 416 })))).toHaveLength(0);
});

test('a storage that ignores the range does not flood the page', async () => {
  expect(text(await read(storage(new Response('abcdefgh'))))).toBe('abcd');
  await expect(readFrom(8, storage(new Response('abcdefgh')))).rejects.toMatchObject({ cause: 'no-ranges' });
});

test('reads from anywhere, and no bytes of another object', async () => {
  const answer = (etag: string) => new Response('ijkl', { status: 206, headers: { etag } });
  expect(text(await readFrom(8, storage(answer('"e1"'))))).toBe('ijkl');
  expect(seen[0]).toBe('https://a.example/1 bytes=8-11');
  await expect(readFrom(8, storage(answer('"e2"')))).rejects.toMatchObject({ cause: 'changed' });
});
