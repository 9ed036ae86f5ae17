import type { Connection } from '@mooring/contract';
import { createMemoryProvider, createMemoryStorage } from '@mooring/storage/memory';
import { expect, test } from 'vitest';
import { browse } from './browse.ts';

const storage = createMemoryStorage();
for (const key of ['a.jpg', 'raw/1.jpg', 'raw/2026/', 'raw/2026/1.jpg', 'raw/2026/2.jpg', 'z/1.jpg'])
  storage.put(key, key.endsWith('/') ? '' : key);
const provider = createMemoryProvider({ storage });
const { signal } = new AbortController();
const at = (prefix: string) => ({
  connection: { location: { container: 'data', prefix } } as Connection,
  provider,
});

test('begins at the prefix of the connection, and shows one level', async () => {
  expect(await browse(at('raw/'), {}, signal)).toEqual({
    container: 'data',
    prefix: 'raw/',
    prefixes: ['raw/2026/'],
    objects: [{ key: 'raw/1.jpg', sizeBytes: 9, contentType: expect.anything() }],
    nextCursor: null,
  });
  const whole = await browse(at('raw/'), { prefix: '' }, signal);
  expect([whole.prefixes, whole.objects.map(({ key }) => key)]).toEqual([['raw/', 'z/'], ['a.jpg']]);
});

test('leaves out what only stands for a directory', async () => {
  const { objects } = await browse(at(''), { prefix: 'raw/2026/' }, signal);
  expect(objects.map(({ key }) => key)).toEqual(['raw/2026/1.jpg', 'raw/2026/2.jpg']);
});

test('goes on where the page before ended', async () => {
  for (let i = 0; i < 700; i++) storage.put(`many/${String(i).padStart(4, '0')}/x.jpg`, 'x');
  const first = await browse(at('many/'), {}, signal);
  expect(first.prefixes).toHaveLength(500);
  const second = await browse(at('many/'), { cursor: first.nextCursor! }, signal);
  expect([second.prefixes.length, second.nextCursor]).toEqual([200, null]);
  expect(new Set([...first.prefixes, ...second.prefixes]).size).toBe(700);
});

test('passes on what the storage refuses, and asks nothing for a prefix that no key can have', async () => {
  await expect(browse(at(''), { container: 'missing' }, signal)).rejects.toMatchObject({ kind: 'not-found' });
  await expect(browse(at(''), { prefix: 'a\0' }, signal)).rejects.toMatchObject({ code: 'invalid_request' });
});

test('leaves out an object with a size that cannot be', async () => {
  const list = async () => {
    const { objects, ...page } = await provider.list('data', { prefix: 'raw/2026/' });
    return { ...page, objects: Array.from(objects, one => ({ ...one, sizeBytes: 2 ** 60 })).slice(1) };
  };
  const { objects } = await browse({ ...at('raw/2026/'), provider: { ...provider, list } }, {}, signal);
  expect(objects).toEqual([]);
});
