import { assetFilter, type ProbeCounts } from '@mooring/contract';
import { createProber } from '@mooring/probe/node';
import { createMemoryProvider, createMemoryStorage, type MemoryStorage } from '@mooring/storage/memory';
import { ProviderError, type Reader, systemClock } from '@mooring/storage/server';
import { sql } from 'kysely';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { createCatalogue } from '../catalogue/catalogue.ts';
import { systemRetry } from '../listing/retry.ts';
import { testServers } from '../platform/database/testing.ts';
import { createTestSync, type TestSync } from '../sync/testing.ts';
import { startDueProbes } from './due-probes.ts';
import { createProbeHandler } from './probe-operation.ts';

/** A PNG of this size, as far as a header goes. */
function png(width: number, height: number): Buffer {
  const header = Buffer.alloc(25);
  header.writeUInt32BE(13, 0);
  header.write('IHDR', 4, 'latin1');
  header.writeUInt32BE(width, 8);
  header.writeUInt32BE(height, 12);
  header.set([8, 2, 0, 0, 0], 16);
  const end = Buffer.from([0, 0, 0, 0, 0x49, 0x45, 0x4e, 0x44, 0xae, 0x42, 0x60, 0x82]);
  const data = Buffer.from([0, 0, 0, 0, 0x49, 0x44, 0x41, 0x54, 0, 0, 0, 0]);
  return Buffer.concat([Buffer.from('\x89PNG\r\n\x1a\n', 'latin1'), header, data, end]);
}

const prober = createProber();
afterAll(() => prober.close());

describe.each(testServers)('a probe on $name', server => {
  let it: TestSync;
  let storage: MemoryStorage;
  let reads: string[];
  let before: (key: string) => Promise<void>;
  beforeAll(async () => {
    it = await createTestSync(server);
  });
  afterAll(() => it.drop());
  beforeEach(() => {
    storage = createMemoryStorage();
    reads = [];
    before = async () => {};
    const provider = createMemoryProvider({ storage });
    const readRange: Reader['readRange'] = async (container, key, options) => {
      reads.push(key);
      await before(key);
      return provider.reader!.readRange(container, key, options);
    };
    it.use({ ...provider, reader: { ...provider.reader!, readRange } });
  });

  const handler = (assetsAtOnce = 7) => {
    const { db, connections } = it.partsOf();
    const retry = { ...systemRetry, firstWaitMs: 1, longestWaitMs: 1 };
    return createProbeHandler({
      db,
      catalogue: it.catalogue,
      connections,
      prober,
      clock: systemClock,
      assetsAtOnce,
      retry,
    });
  };
  async function probe(sourceId: string, options: object = {}, assetsAtOnce?: number) {
    const id = await it.begin('probe', { type: 'source', id: sourceId }, options);
    await it.runOnce(handler(assetsAtOnce), id);
    return (await it.process.operations.get(it.workspaceId, id)).counts as ProbeCounts;
  }
  const assetsOf = async (sourceId: string) =>
    (
      await it.catalogue.listAssets(it.workspaceId, assetFilter.parse({ sourceId, status: 'any' }), {
        limit: 1000,
      })
    ).items;
  const synced = async () => {
    const source = await it.createSource();
    await it.sync(source.id);
    return source;
  };

  test('learns what assets are by their content, and why nothing can be learned of others', async () => {
    storage.put('a.png', png(640, 480));
    storage.put('b.jpg', png(3, 2));
    storage.put('c.png', 'no picture, and far too short\x00\x01\x02');
    storage.put('d.png', '');
    const source = await synced();
    expect(await probe(source.id)).toEqual({ looked: 4, probed: 2, warned: 1, failed: 2 });
    const [a, b, c, d] = await assetsOf(source.id);
    expect(a).toMatchObject({
      kind: 'image',
      media: {
        facts: { mediaType: 'image/png', width: 640, height: 480, bitDepth: 8 },
        warnings: [],
        problem: null,
      },
    });
    expect(b!.media).toMatchObject({
      facts: { mediaType: 'image/png' },
      warnings: [{ code: 'name_disagrees' }],
    });
    expect(c!.media).toMatchObject({ facts: null, problem: { code: 'not_recognised' } });
    expect(d!.media!.problem).toEqual({ code: 'not_recognised', message: 'The file is empty.' });
  });

  test('a picture that says it has four billion columns does not end the probe of others', async () => {
    storage.put('a.pgm', 'P5 4294967295 1 255\n');
    storage.put('b.png', png(4_294_967_295, 1));
    storage.put('c.png', png(2, 1));
    const source = await synced();
    expect(await probe(source.id)).toMatchObject({ looked: 3 });
    const [, , c] = await assetsOf(source.id);
    expect(c!.media!.facts).toMatchObject({ width: 2 });
  });

  test('reads nothing twice: not what is known, and again only what has changed', async () => {
    for (let i = 0; i < 20; i++) storage.put(`${i}.png`, png(i + 1, 1));
    const source = await synced();
    expect(await probe(source.id)).toMatchObject({ looked: 20, probed: 20 });
    reads = [];
    expect(await probe(source.id)).toMatchObject({ looked: 0 });
    expect(reads).toEqual([]);
    storage.put('7.png', png(99, 1));
    await it.sync(source.id);
    expect((await assetsOf(source.id)).find(({ key }) => key === '7.png')!.media).toBeNull();
    expect(await probe(source.id)).toMatchObject({ looked: 1 });
    expect(reads).toEqual(['7.png']);
    expect(await probe(source.id, { which: 'all' })).toMatchObject({ looked: 20 });
  });

  test('a sync of unchanged objects leaves what was learned', async () => {
    storage.put('scan', png(5, 5)); // its name says nothing
    const source = await synced();
    await probe(source.id);
    expect((await it.sync(source.id)).unchanged).toBe(1);
    expect(await assetsOf(source.id)).toMatchObject([{ kind: 'image', media: { facts: { width: 5 } } }]);
  });

  test('one object that the storage refuses is that asset’s problem', async () => {
    for (let i = 0; i < 5; i++) storage.put(`${i}.png`, png(1, 1));
    before = async key => {
      if (key === '3.png')
        throw new ProviderError('forbidden', 'The storage refused it.', { fix: 'Allow it.' });
    };
    const source = await synced();
    expect(await probe(source.id)).toMatchObject({ looked: 5, probed: 4, failed: 1 });
    expect((await assetsOf(source.id))[3]!.media).toMatchObject({
      problem: { code: 'unreadable', message: 'The storage refused it.' },
    });
    before = async () => {};
    expect(await probe(source.id, { which: 'failed' })).toMatchObject({ looked: 1, probed: 1 });
  });

  test('a storage that refuses everything ends the probe, and marks no asset', async () => {
    for (let i = 0; i < 40; i++) storage.put(`${i}.png`, png(1, 1));
    before = async () => {
      throw new ProviderError('unauthenticated', 'The token has expired.', { fix: 'Replace it.' });
    };
    const source = await synced();
    await expect(probe(source.id)).rejects.toMatchObject({ kind: 'unauthenticated' });
    expect((await assetsOf(source.id)).filter(({ media }) => media)).toEqual([]);
  });

  test('a storage that stops answering midway ends the probe where it was', async () => {
    for (let i = 0; i < 90; i++) storage.put(`${String(i).padStart(2, '0')}.png`, png(1, 1));
    before = async key => {
      if (key >= '45.png')
        throw new ProviderError('unauthenticated', 'The token has expired.', { fix: 'Replace it.' });
    };
    const source = await synced();
    await expect(probe(source.id, {}, 40)).rejects.toMatchObject({ kind: 'unauthenticated' });
    expect((await assetsOf(source.id)).filter(({ media }) => media?.problem)).toHaveLength(0);
  });

  test('an object that changes while it is read is left for the next probe', async () => {
    storage.put('a.png', png(1, 1));
    const source = await synced();
    storage.put('a.png', png(2, 2));
    expect(await probe(source.id)).toMatchObject({ failed: 1 });
    expect((await assetsOf(source.id))[0]!.media).toMatchObject({ problem: { code: 'changed' } });
    await it.sync(source.id);
    expect(await probe(source.id)).toMatchObject({ probed: 1 });
  });

  test('goes on where it was saved after a crash at any point', async () => {
    for (let i = 0; i < 50; i++) storage.put(`${String(i).padStart(2, '0')}.png`, png(i + 1, 1));
    const source = await synced();
    for (let crash = 1; crash <= 8; crash++) {
      await sql`update assets set probed_etag = null where source_id = ${source.id}`.execute(it.db);
      const id = await it.begin('probe', { type: 'source', id: source.id });
      let saves = 0;
      const dying = it.runOnce(handler(), id, run => ({
        ...run,
        save: async (trx, state) => {
          if (++saves === crash) throw new Error('crash');
          await run.save(trx, state as never);
        },
      }));
      await expect(dying).rejects.toThrow('crash');
      await it.runOnce(handler(), id);
      const { counts, done, total } = await it.process.operations.get(it.workspaceId, id);
      expect({ counts, done, total }).toMatchObject({
        counts: { looked: 50, probed: 50 },
        done: 50,
        total: 50,
      });
      expect((await assetsOf(source.id)).every(({ media }) => media?.facts)).toBe(true);
    }
  });

  test('is due once a sync has brought something, and not again', async () => {
    storage.put('a.png', png(1, 1));
    const source = await synced();
    const due = async () => {
      const started = await startDueProbes({ db: it.db, operations: it.process.operations });
      return started.filter(({ subject }) => subject.id === source.id);
    };
    const [operation] = await due();
    expect(operation).toMatchObject({ kind: 'probe', status: 'queued' });
    expect(await due()).toEqual([]); // one goes on
    await it.runOnce(handler(), operation!.id);
    expect(await due()).toEqual([]);
    await it.sync(source.id);
    expect(await due()).toEqual([]); // nothing changed
    storage.put('b.png', png(1, 1));
    await it.sync(source.id);
    await createCatalogue({ db: it.db, clock: systemClock }).updateSource(it.workspaceId, source.id, {
      probes: false,
    });
    expect(await due()).toEqual([]);
  });
});
