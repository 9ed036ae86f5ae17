import { setImmediate as nextTurn } from 'node:timers/promises';
import { ProviderError, type Reader } from '@mooring/storage/server';
import sharp from 'sharp';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { newId } from '../platform/ids.ts';
import { createThumbnailBench, type ThumbnailBench } from './testing.ts';

let bench: ThumbnailBench;
beforeEach(async () => {
  bench = await createThumbnailBench();
});
afterEach(() => bench.stop());

const picture = (colour = 'red') =>
  sharp({ create: { width: 300, height: 200, channels: 3, background: colour } })
    .png()
    .toBuffer();

/** A connection whose reads are counted, and can be held. */
function connectCounting() {
  const reads: string[] = [];
  let hold = Promise.resolve();
  const reader: Reader = {
    head: (...given) => inner.head(...given),
    async readRange(container, key, options) {
      reads.push(key);
      await hold;
      options?.signal?.throwIfAborted();
      return inner.readRange(container, key, options);
    },
  };
  const place = bench.connect({ reader });
  const inner = bench.memoryReader();
  return {
    place,
    reads,
    /** Holds reads from here on, until what it returns is called. */
    holdReads(): () => void {
      const { promise, resolve } = Promise.withResolvers<void>();
      hold = promise;
      return resolve;
    },
  };
}

test('a thumbnail is made once, also for requests at the same time, and survives a restart', async () => {
  const { place, reads } = connectCounting();
  const { id } = bench.add(place, 'a.png', await picture());
  const [first, second] = await Promise.all([bench.get(id), bench.get(id)]);
  expect(second).toEqual(first);
  expect(reads).toEqual(['a.png']);
  await bench.restart();
  expect((await bench.get(id)).picture).toEqual(first.picture);
  expect(reads).toEqual(['a.png']);
  await bench.get(id, { size: 512 });
  expect(reads).toHaveLength(2);
});

test('an object that has changed gets another thumbnail under another tag', async () => {
  const { place } = connectCounting();
  const asset = bench.add(place, 'a.png', await picture());
  const before = await bench.get(asset.id);
  const changed = bench.add(place, 'a.png', await picture('blue'));
  bench.assets.set(asset.id, { ...changed, id: asset.id });
  const after = await bench.get(asset.id);
  expect(after.tag).not.toBe(before.tag);
  expect(after.picture).not.toEqual(before.picture);
});

test('why there is none is remembered until the object changes', async () => {
  const { place, reads } = connectCounting();
  const { id } = bench.add(place, 'a.png', Buffer.from('\u0001 no picture'));
  const refused = { code: 'thumbnail_unavailable', status: 404, title: 'Unknown format' };
  await expect(bench.get(id)).rejects.toMatchObject(refused);
  await bench.restart();
  await expect(bench.get(id)).rejects.toMatchObject(refused);
  expect(reads).toHaveLength(1);
});

test('what the storage refuses is not remembered', async () => {
  const failing: Reader = {
    ...bench.memoryReader(),
    readRange: async () => {
      throw new ProviderError('forbidden', 'No right to read.', { fix: 'Grant it.' });
    },
  };
  const place = bench.connect({ reader: failing });
  const asset = bench.add(place, 'a.png', await picture());
  await expect(bench.get(asset.id)).rejects.toMatchObject({ kind: 'forbidden' });
  bench.allow(place.connectionId);
  expect((await bench.get(asset.id)).picture).not.toBeNull();
});

test('a caller that goes away ends the read', async () => {
  const { place, reads, holdReads } = connectCounting();
  const { id } = bench.add(place, 'a.png', await picture());
  const release = holdReads();
  const leaving = new AbortController();
  const left = bench.get(id, { signal: leaving.signal });
  await expect.poll(() => reads).toEqual(['a.png']);
  leaving.abort(new Error('left'));
  await expect(left).rejects.toThrow('left');
  release();
  await nextTurn();
  expect((await bench.get(id)).picture).not.toBeNull();
});

test('another workspace, an asset that has gone and an archived one get none, also from the cache', async () => {
  const { place } = connectCounting();
  const asset = bench.add(place, 'a.png', await picture());
  await bench.get(asset.id);
  await expect(bench.get(asset.id, { workspace: newId('workspace') })).rejects.toMatchObject({
    code: 'not_found',
  });
  bench.assets.set(asset.id, { ...asset, status: 'gone' });
  await expect(bench.get(asset.id)).rejects.toMatchObject({ code: 'asset_gone' });
  bench.assets.set(asset.id, { ...asset, archiveState: 'archived' });
  await expect(bench.get(asset.id)).rejects.toMatchObject({ code: 'object_archived' });
});

test('a connection that is client-only or no longer there gives none, also from the cache', async () => {
  const { place } = connectCounting();
  const { id } = bench.add(place, 'a.png', await picture());
  await bench.get(id);
  bench.providers.set(place.connectionId, { ...bench.providers.get(place.connectionId)!, reader: null });
  await expect(bench.get(id)).rejects.toMatchObject({ code: 'conflict' });
  bench.providers.delete(place.connectionId);
  await expect(bench.get(id)).rejects.toMatchObject({ code: 'not_found' });
});
