import { expect, test } from 'vitest';
import { createMemoryProvider, createMemoryStorage } from './index.ts';

const clock = { now: () => new Date('2026-11-22T01:10:00Z') };

test('the same calls make the same storage', () => {
  const [one, two] = [createMemoryStorage({ clock }), createMemoryStorage({ clock })];
  for (const storage of [one, two]) {
    storage.put('b', 'body');
    storage.put('a', Buffer.from('body'), { contentType: 'image/png', tier: 'Archive' });
    storage.put('c');
    storage.delete('c');
  }
  expect([...one.objects()]).toEqual([...two.objects()]);
  expect(one.sortedKeys('data')).toEqual(['a', 'b']);
  expect(one.objects().get('a')).toMatchObject({
    archiveState: 'archived',
    contentType: 'image/png',
    sizeBytes: 4,
  });
});

test('keys come in the order of their bytes, however they were put', () => {
  const storage = createMemoryStorage();
  for (const key of ['\u{1f600}', '\ue000', 'Z', 'a', 'a/', 'a.']) storage.put(key);
  expect(storage.sortedKeys('data')).toEqual(['Z', 'a', 'a.', 'a/', '\ue000', '\u{1f600}']);
});

test('the listing that was ordered to fail fails, and only that', async () => {
  const storage = createMemoryStorage();
  const provider = createMemoryProvider({ storage });
  storage.failList(2, 'throttled');
  await provider.list('data');
  await expect(provider.list('data')).rejects.toMatchObject({ kind: 'throttled', retryable: true });
  await provider.list('data');
  expect(storage.listCalls).toBe(3);
});

test('a listing takes as long as ordered, unless it is aborted', async () => {
  const storage = createMemoryStorage();
  const provider = createMemoryProvider({ storage });
  storage.delayLists(60);
  const started = performance.now();
  await provider.list('data');
  expect(performance.now() - started).toBeGreaterThan(50);
  storage.delayLists(60_000);
  const controller = new AbortController();
  const listing = provider.list('data', { signal: controller.signal });
  const reason = new Error('enough');
  controller.abort(reason);
  await expect(listing).rejects.toBe(reason);
});

test('what is archived is listed but not read', async () => {
  const storage = createMemoryStorage();
  storage.put('cold', 'x', { tier: 'Archive' });
  const { reader } = createMemoryProvider({ storage });
  await expect(reader!.readRange('data', 'cold')).rejects.toMatchObject({ kind: 'archived' });
});
