import { createHash } from 'node:crypto';
import { mkdtemp, readdir, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { createLogger } from '../platform/log.ts';
import { createFileCache, type FileCache } from './cache.ts';

const DAY_MS = 86_400_000;
const name = (text: string) => createHash('sha256').update(text).digest('hex');
const bytes = (text: string, length = 4000) => Buffer.alloc(length, text);

let directory: string;
let now: number;
let lines: string[];
const caches: FileCache[] = [];
beforeEach(async () => {
  directory = await mkdtemp(join(tmpdir(), 'mooring-cache-'));
  now = Date.now();
  lines = [];
});
afterEach(async () => {
  for (const cache of caches.splice(0)) await cache.close();
  await rm(directory, { recursive: true, force: true });
});

/** Of three files of a block each, unless told otherwise. */
function open({ mostBytes = 3 * 4096, at = directory } = {}): FileCache {
  const log = createLogger({ level: 'debug', destination: { write: line => lines.push(line) } });
  const clock = { now: () => new Date(now) };
  const cache = createFileCache({ directory: at, mostBytes, mostAgeMs: 10 * DAY_MS, clock, log });
  caches.push(cache);
  return cache;
}
const kept = async (cache: FileCache, texts: string[]) => {
  const found = await Promise.all(texts.map(text => cache.get(name(text))));
  return texts.filter((_, index) => found[index]);
};
const filesOnDisk = async () =>
  (await readdir(directory, { recursive: true, withFileTypes: true })).filter(entry => entry.isFile()).length;

test('keeps bytes, and knows nothing else', async () => {
  const cache = open();
  await cache.put(name('a'), bytes('a'));
  expect(await cache.get(name('a'))).toEqual(bytes('a'));
  expect(await cache.get(name('b'))).toBeNull();
});

test('what was used the longest time ago makes room, and the files are gone', async () => {
  const cache = open();
  for (const text of ['a', 'b', 'c']) await cache.put(name(text), bytes(text));
  await cache.get(name('a'));
  await cache.put(name('d'), bytes('d'));
  expect(await filesOnDisk()).toBe(3);
  expect(await kept(cache, ['a', 'b', 'c', 'd'])).toEqual(['a', 'c', 'd']);
});

test('a file larger than the cache is not kept, and takes no room from others', async () => {
  const cache = open();
  await cache.put(name('a'), bytes('a'));
  await cache.put(name('big'), bytes('b', 20_000));
  expect(await kept(cache, ['a', 'big'])).toEqual(['a']);
});

test('written again, a file counts once', async () => {
  const cache = open();
  for (let i = 0; i < 10; i++) await cache.put(name('a'), bytes('a'));
  for (const text of ['b', 'c']) await cache.put(name(text), bytes(text));
  expect(await kept(cache, ['a', 'b', 'c'])).toEqual(['a', 'b', 'c']);
});

test('survives a restart with its order and its bound, and removes what was never finished', async () => {
  const first = open();
  for (const text of ['a', 'b', 'c']) {
    await first.put(name(text), bytes(text));
    now += 2 * 3_600_000;
    await first.get(name(text)); // writes when it was used
  }
  const path = join(directory, name('c').slice(0, 2));
  await writeFile(join(path, `${name('c')}.draft`), 'half');
  await expect.poll(async () => (await stat(join(path, name('c')))).mtimeMs).toBeCloseTo(now, -3);
  const second = open();
  await second.loaded;
  expect(await filesOnDisk()).toBe(3);
  await second.put(name('d'), bytes('d'));
  expect(await kept(second, ['a', 'b', 'c', 'd'])).toEqual(['b', 'c', 'd']);
});

test('what no one looks at is removed after its time', async () => {
  const cache = open();
  await cache.put(name('a'), bytes('a'));
  now += 11 * DAY_MS;
  await cache.put(name('b'), bytes('b'));
  expect(await kept(cache, ['a', 'b'])).toEqual(['b']);
});

test('a size of 0 keeps nothing', async () => {
  const cache = open({ mostBytes: 0 });
  await cache.put(name('a'), bytes('a'));
  expect([await cache.get(name('a')), await filesOnDisk()]).toEqual([null, 0]);
});

test('a disk that cannot be written costs a warning, once', async () => {
  await writeFile(join(directory, 'file'), '');
  const cache = open({ at: join(directory, 'file', 'below') });
  await cache.put(name('a'), bytes('a'));
  await cache.put(name('b'), bytes('b'));
  expect(await cache.get(name('a'))).toBeNull();
  expect(lines.filter(line => line.includes('cache of thumbnails cannot be used'))).toHaveLength(1);
});
