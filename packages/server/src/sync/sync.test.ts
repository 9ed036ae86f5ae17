import { type ArchiveState, type Asset, assetFilter, type SyncCounts } from '@mooring/contract';
import { createMemoryProvider, createMemoryStorage, type MemoryStorage } from '@mooring/storage/memory';
import type { ListOptions } from '@mooring/storage/server';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { Digest } from '../catalogue/fingerprint.ts';
import { recount } from '../catalogue/testing.ts';
import { testServers } from '../platform/database/testing.ts';
import { createOrderedProvider, createTestSync, type TestSync } from './testing.ts';

describe.each(testServers)('a sync on $name', server => {
  let it: TestSync;
  let storage: MemoryStorage;
  beforeAll(async () => {
    it = await createTestSync(server);
  });
  afterAll(() => it.drop());
  beforeEach(() => {
    storage = createMemoryStorage();
    it.use(createMemoryProvider({ storage }));
  });

  const counts = (some: Partial<SyncCounts>): SyncCounts => ({
    listed: 0,
    added: 0,
    changed: 0,
    removed: 0,
    restored: 0,
    unchanged: 0,
    skipped: 0,
    ...some,
  });

  async function assetsOf(sourceId: string, status: 'present' | 'gone' | 'any' = 'any'): Promise<Asset[]> {
    const filter = assetFilter.parse({ sourceId, status });
    return (await it.catalogue.listAssets(it.workspaceId, filter, { limit: 1000 })).items;
  }
  const expectExactCounters = async () => {
    const { kept, counted } = await recount(it.db);
    expect(kept).toEqual(counted);
  };

  test('adds what it lists, and says what it did and when', async () => {
    storage.put('a/1.jpg', 'one', { contentType: 'image/jpeg' });
    storage.put('a/2.bin', 'two!', { tier: 'Archive' });
    const source = await it.createSource();
    const begun = new Date();
    expect(await it.sync(source.id)).toEqual(counts({ listed: 2, added: 2 }));
    expect(await assetsOf(source.id)).toEqual([
      expect.objectContaining({
        key: 'a/1.jpg',
        kind: 'image',
        sizeBytes: 3,
        tier: 'Hot',
        status: 'present',
      }),
      expect.objectContaining({ key: 'a/2.bin', kind: 'other', sizeBytes: 4, tier: 'Archive' }),
    ]);
    const after = await it.catalogue.getSource(it.workspaceId, source.id);
    expect(after).toMatchObject({ assetCount: 2, goneCount: 0 });
    expect(new Date(after.lastSyncedAt!).getTime()).toBeGreaterThanOrEqual(begun.getTime());
    const operation = await it.process.operations.get(it.workspaceId, after.lastOperationId!);
    expect(operation).toMatchObject({ subject: { id: source.id }, done: 2, total: 2 });
    await expectExactCounters();
  });

  test('expects as many objects as the sync before listed', async () => {
    for (const key of ['a', 'b']) storage.put(key, key);
    const source = await it.createSource();
    await it.sync(source.id);
    for (const key of ['c', 'd']) storage.put(key, key);
    const totals: unknown[] = [];
    const id = await it.begin('sync', { type: 'source', id: source.id });
    await it.runOnce(it.handlerOf(), id, run => ({
      ...run,
      save: (trx, state) => {
        if (state.total !== undefined) totals.push(state.total);
        return run.save(trx, state);
      },
    }));
    expect(totals).toEqual([2, 4]);
  });

  test('writes nothing where nothing changed', async () => {
    for (const key of ['a', 'b', 'c']) storage.put(key, key);
    const source = await it.createSource();
    await it.sync(source.id, { pageSize: 2 });
    const before = await assetsOf(source.id);
    expect(await it.sync(source.id, { pageSize: 2 })).toEqual(counts({ listed: 3, unchanged: 3 }));
    expect(await assetsOf(source.id)).toEqual(before);
  });

  test.each([
    ['another body', () => storage.put('a', 'more', { contentType: 'image/png' })],
    ['another type', () => storage.put('a', 'one', { contentType: 'video/mp4' })],
    ['another tier', () => storage.put('a', 'one', { contentType: 'image/png', tier: 'Archive' })],
  ])('%s is a change of the same asset', async (_what, change) => {
    storage.put('a', 'one', { contentType: 'image/png' });
    const source = await it.createSource();
    await it.sync(source.id);
    const [before] = await assetsOf(source.id);
    change();
    expect(await it.sync(source.id)).toEqual(counts({ listed: 1, changed: 1 }));
    const [after] = await assetsOf(source.id);
    const { etag, sizeBytes, contentType, tier, lastModified } = storage.objects().get('a')!;
    expect(after).toMatchObject({
      id: before!.id,
      etag,
      sizeBytes,
      contentType,
      tier,
      createdAt: before!.createdAt,
    });
    expect(after!.lastModified).toBe(lastModified.toISOString());
    await expectExactCounters();
  });

  test('keeps whether an object can be read, under any name of its tier, and notices when only that changes', async () => {
    const now = new Date('2026-11-22T10:00:00.000Z');
    storage = createMemoryStorage({ clock: { now: () => now } });
    it.use(createMemoryProvider({ storage }));
    const put = (archiveState: ArchiveState) => storage.put('a', 'one', { tier: 'GLACIER', archiveState });
    put('archived');
    const source = await it.createSource();
    await it.sync(source.id);
    for (const archiveState of ['readable', 'unknown', 'archived'] as const) {
      put(archiveState);
      expect(await it.sync(source.id)).toEqual(counts({ listed: 1, changed: 1 }));
      expect(await assetsOf(source.id)).toMatchObject([{ tier: 'GLACIER', archiveState }]);
      expect(await it.sync(source.id)).toEqual(counts({ listed: 1, unchanged: 1 }));
    }
    await expectExactCounters();
  });

  test('mends the digests of archived objects that an installation from before has', async () => {
    const archived = storage.put('a', 'one', { tier: 'Archive' });
    const readable = storage.put('b', 'two');
    const source = await it.createSource();
    await it.sync(source.id);
    const before = new Digest();
    for (const object of [archived, readable]) before.add({ ...object, archiveState: 'readable' });
    const { a: digest_a, b: digest_b } = before;
    await it.db
      .updateTable('asset_chunks')
      .set({ digest_a, digest_b })
      .where('source_id', '=', source.id)
      .execute();
    const rows = await assetsOf(source.id);
    expect(await it.sync(source.id)).toEqual(counts({ listed: 2, unchanged: 2 }));
    expect(await assetsOf(source.id)).toEqual(rows);
    await expectExactCounters();
  });

  test('takes listings that name no content type, and tells kinds by the keys', async () => {
    for (const key of ['a.jpg', 'b.unheard-of']) storage.put(key, key);
    it.use(createMemoryProvider({ storage, contentTypes: false }));
    const source = await it.createSource();
    expect(await it.sync(source.id)).toEqual(counts({ listed: 2, added: 2 }));
    expect(await it.sync(source.id)).toEqual(counts({ listed: 2, unchanged: 2 }));
    expect(await assetsOf(source.id)).toMatchObject([
      { key: 'a.jpg', kind: 'image', contentType: null },
      { key: 'b.unheard-of', kind: 'other', contentType: null },
    ]);
  });

  test('buries what is gone, and restores the same asset when it is back', async () => {
    for (const key of ['a', 'b/c', 'd']) storage.put(key, key);
    const source = await it.createSource();
    await it.sync(source.id);
    const before = await assetsOf(source.id);

    storage.delete('b/c');
    storage.delete('d');
    expect(await it.sync(source.id)).toEqual(counts({ listed: 1, unchanged: 1, removed: 2 }));
    expect((await assetsOf(source.id, 'present')).map(asset => asset.key)).toEqual(['a']);
    expect(await assetsOf(source.id, 'gone')).toMatchObject([
      { key: 'b/c', goneAt: expect.any(String) },
      { key: 'd', goneAt: expect.any(String) },
    ]);
    expect(await it.catalogue.getSource(it.workspaceId, source.id)).toMatchObject({
      assetCount: 1,
      goneCount: 2,
    });
    expect(await it.sync(source.id)).toEqual(counts({ listed: 1, unchanged: 1 }));

    storage.put('b/c', 'anew');
    expect(await it.sync(source.id)).toEqual(counts({ listed: 2, unchanged: 1, restored: 1 }));
    expect(await assetsOf(source.id)).toMatchObject(
      before.map(({ id, key }) => ({ id, key, status: key === 'd' ? 'gone' : 'present' })),
    );
    await expectExactCounters();
  });

  test('finds everything gone when the container is empty', async () => {
    const source = await it.createSource();
    expect(await it.sync(source.id)).toEqual(counts({}));
    for (const key of ['a', 'b', 'c', 'd', 'e']) storage.put(key, key);
    await it.sync(source.id);
    for (const key of ['a', 'b', 'c', 'd', 'e']) storage.delete(key);
    expect(await it.sync(source.id, { rowsAtOnce: 2 })).toEqual(counts({ removed: 5 }));
    expect(await it.catalogue.getSource(it.workspaceId, source.id)).toMatchObject({
      assetCount: 0,
      goneCount: 5,
    });
    await expectExactCounters();
  });

  test('skips placeholders of directories, and buries an asset that became one', async () => {
    storage.put('a/', '');
    storage.put('a/b', 'x');
    const source = await it.createSource();
    expect(await it.sync(source.id)).toEqual(counts({ listed: 2, added: 1, skipped: 1 }));
    storage.put('a/b', '', { placeholder: true });
    expect(await it.sync(source.id)).toEqual(counts({ listed: 2, skipped: 2, removed: 1 }));
  });

  test('takes only what begins with the prefix of its source', async () => {
    for (const key of ['a/1', 'b/1', 'b/c/2', 'bb', 'c']) storage.put(key, key);
    const source = await it.createSource('b/');
    expect(await it.sync(source.id)).toEqual(counts({ listed: 2, added: 2 }));
    const top = await it.catalogue.getFolder(it.workspaceId, source.folderId);
    expect(top).toMatchObject({ direct: { assets: 1 }, total: { assets: 2 }, childCount: 1 });
    expect((await assetsOf(source.id)).map(asset => asset.key)).toEqual(['b/1', 'b/c/2']);
  });

  test('keeps keys of 1,024 characters, with any characters', async () => {
    const keys = ['你', '\u{1f600}', '/', 'x'].map(unit => `${unit.repeat(1023)}z`);
    const twins = keys.map(key => `${key.slice(0, -1)}y`);
    for (const key of [...keys, ...twins]) storage.put(key, key);
    const source = await it.createSource();
    expect(await it.sync(source.id, { pageSize: 3 })).toEqual(counts({ listed: 8, added: 8 }));
    expect(new Set((await assetsOf(source.id)).map(asset => asset.key))).toEqual(
      new Set([...keys, ...twins]),
    );
    expect(await it.sync(source.id, { pageSize: 3 })).toEqual(counts({ listed: 8, unchanged: 8 }));
  });

  test('skips keys that PostgreSQL cannot hold, and names them', async () => {
    for (const key of ['a', 'b\0', 'c\ud800']) storage.put(key, 'x');
    const source = await it.createSource();
    expect(await it.sync(source.id, { pageSize: 1 })).toEqual(counts({ listed: 3, added: 1, skipped: 2 }));
    const { lastOperationId } = await it.catalogue.getSource(it.workspaceId, source.id);
    const errors = await it.process.operations.listErrors(it.workspaceId, lastOperationId!, { limit: 10 });
    expect(errors.items.map(error => error.item)).toEqual(['"b\\u0000"', '"c\\ud800"']);
  });

  test('leaves alone what was written while it ran', async () => {
    for (const key of ['a', 'b', 'c']) storage.put(key, key);
    const source = await it.createSource();
    await it.sync(source.id);
    storage.delete('b');
    storage.put('c', 'changed');
    // Something that follows the storage more closely than a listing can wrote b and c after the listing began.
    await it.db
      .updateTable('assets')
      .set({ updated_at: new Date(Date.now() + 60_000) })
      .where('source_id', '=', source.id)
      .where('key', 'in', ['b', 'c'])
      .execute();
    expect(await it.sync(source.id)).toEqual(counts({ listed: 2, unchanged: 2 }));
    await it.db
      .updateTable('assets')
      .set({ updated_at: new Date() })
      .where('source_id', '=', source.id)
      .execute();
    await new Promise(resolve => setTimeout(resolve, 2));
    expect(await it.sync(source.id)).toEqual(counts({ listed: 2, unchanged: 1, changed: 1, removed: 1 }));
  });

  test.each(['hierarchical', 'reverse', 'none'] as const)(
    'never buries what is merely listed out of order (%s)',
    async order => {
      const keys = ['a/1', 'a/2', 'a/3', 'a-b', 'a', 'b/1', 'b'];
      for (const key of keys) storage.put(key, key);
      it.use(createOrderedProvider(storage, order).provider);
      const source = await it.createSource();
      const options = { pageSize: 2, rowsAtOnce: 3 };
      expect(await it.sync(source.id, options)).toEqual(counts({ listed: 7, added: 7 }));
      const before = await assetsOf(source.id);
      expect(await it.sync(source.id, options)).toEqual(counts({ listed: 7, unchanged: 7 }));
      expect(await assetsOf(source.id)).toEqual(before);
      for (const key of ['a/2', 'a-b']) storage.delete(key);
      expect(await it.sync(source.id, options)).toEqual(counts({ listed: 5, unchanged: 5, removed: 2 }));
      const marks = await it.db.selectFrom('sync_marks').selectAll().execute();
      expect(marks).toEqual([]);
    },
  );

  test.each(['bytes', 'none'] as const)('counts a key that is listed twice once (%s)', async order => {
    for (const key of ['a', 'b', 'c', 'd', 'e']) storage.put(key, key);
    it.use(createOrderedProvider(storage, order, { repeat: true }).provider);
    const source = await it.createSource();
    expect(await it.sync(source.id, { pageSize: 2 })).toEqual(counts({ listed: 5, added: 5 }));
    expect(await it.sync(source.id, { pageSize: 2 })).toEqual(counts({ listed: 5, unchanged: 5 }));
    expect(await assetsOf(source.id)).toHaveLength(5);
  });

  test('counts a key that the filters leave out once, also where the order breaks after it', async () => {
    for (const key of ['a.tmp', 'b', 'c.tmp', 'd', 'e.tmp']) storage.put(key, key);
    const [a, b, c, d, e] = [...storage.objects().values()];
    const pages = [
      [a!, b!],
      [c!, d!],
      [b!, c!, a!, e!],
    ];
    const { provider } = createOrderedProvider(storage, 'none');
    it.use({
      ...provider,
      list: async (_container, { cursor = '0' } = {}) => {
        const next = Number(cursor) + 1;
        return { objects: pages[next - 1]!, prefixes: [], cursor: next < pages.length ? String(next) : null };
      },
    });
    const source = await it.createSource();
    await it.catalogue.updateSource(it.workspaceId, source.id, { filters: { exclude: ['*.tmp'] } });
    expect(await it.sync(source.id, { pagesAtOnce: 1 })).toEqual(counts({ listed: 5, added: 2, skipped: 3 }));
  });

  describe('of many assets, some of which differ', () => {
    const key = (index: number) => `many/${1000 + index}`;
    const put = (...indices: number[]) => {
      for (const index of indices) storage.put(key(index), `again ${index}`);
    };
    const some = (from: number, count: number) => Array.from({ length: count }, (_, at) => from + at * 7);
    const cases: [string, () => void, Partial<SyncCounts>][] = [
      ['a few changed', () => put(3, 17, 250), { listed: 300, changed: 3, unchanged: 297 }],
      [
        'more changed than are newest',
        () => put(...some(1, 30)),
        { listed: 300, changed: 30, unchanged: 270 },
      ],
      ['one was added', () => put(300), { listed: 301, added: 1, unchanged: 300 }],
      [
        'one went, and one changed',
        () => {
          storage.delete(key(9));
          put(10);
        },
        { listed: 299, changed: 1, unchanged: 298, removed: 1 },
      ],
      [
        'one became what the filters leave out',
        () => storage.put('many/x.tmp', 'x'),
        { listed: 301, unchanged: 300, skipped: 1 },
      ],
    ];
    test.each(cases)('finds out exactly what: %s', async (_what, change, expected) => {
      for (let index = 0; index < 300; index++) storage.put(key(index), 'first');
      const source = await it.createSource();
      await it.catalogue.updateSource(it.workspaceId, source.id, { filters: { exclude: ['**/*.tmp'] } });
      await it.sync(source.id);
      change();
      expect(await it.sync(source.id)).toEqual(counts(expected));
      expect(await it.sync(source.id)).toMatchObject({ added: 0, changed: 0, removed: 0, restored: 0 });
      const present = await assetsOf(source.id, 'present');
      const listed = [...storage.objects().values()].filter(object => !object.key.endsWith('.tmp'));
      expect(present.map(asset => [asset.key, asset.etag])).toEqual(
        listed.map(({ key, etag }) => [key, etag]),
      );
      await expectExactCounters();
    });

    test('restores the same assets where many are back', async () => {
      for (let index = 0; index < 300; index++) storage.put(key(index), 'first');
      const source = await it.createSource();
      await it.sync(source.id);
      for (const index of [4, 5, 6]) storage.delete(key(index));
      expect(await it.sync(source.id)).toMatchObject({ removed: 3 });
      put(4, 6);
      expect(await it.sync(source.id)).toEqual(counts({ listed: 299, restored: 2, unchanged: 297 }));
      await expectExactCounters();
    });
  });

  test.each(['bytes', 'none'] as const)('goes on when its cursor has expired (%s)', async order => {
    for (const key of ['a', 'b', 'c', 'd', 'e']) storage.put(key, key);
    const { provider, expireCursors } = createOrderedProvider(storage, order);
    it.use(provider);
    const source = await it.createSource();
    const handler = it.handlerOf({ pageSize: 1, pagesAtOnce: 1 });
    const operationId = await it.begin('sync', { type: 'source', id: source.id });
    const crash = new Error('crash');
    const crashing = it.runOnce(handler, operationId, run => ({
      ...run,
      async save(trx, state) {
        if ((state.done ?? 0) > 3) throw crash;
        await run.save(trx, state);
      },
    }));
    await expect(crashing).rejects.toBe(crash);
    expect(await it.process.operations.get(it.workspaceId, operationId)).toMatchObject({ done: 3 });
    expireCursors();
    await it.runOnce(handler, operationId);
    expect(await it.process.operations.get(it.workspaceId, operationId)).toMatchObject({
      done: 5,
      counts: counts({ listed: 5, added: 5 }),
    });
    expect(await assetsOf(source.id)).toHaveLength(5);
  });

  test.each(['bytes', 'none'] as const)('goes on when its cursor expires under it (%s)', async order => {
    for (const key of ['a', 'b', 'c', 'd', 'e']) storage.put(key, key);
    const { provider, expireCursors } = createOrderedProvider(storage, order);
    let pages = 0;
    it.use({
      ...provider,
      list(container, options) {
        if (++pages === 4) expireCursors();
        return provider.list(container, options);
      },
    });
    const source = await it.createSource();
    expect(await it.sync(source.id, { pageSize: 1 })).toEqual(counts({ listed: 5, added: 5 }));
  });

  test.each(['inclusive', 'exclusive'] as const)(
    'goes on by ranges when the cursor of one has expired (%s)',
    async lowerBound => {
      for (let index = 0; index < 900; index++) storage.put(`${1000 + index}`, 'x');
      const { provider, expireCursors } = createOrderedProvider(storage, 'bytes', { lowerBound });
      it.use(provider);
      const source = await it.createSource();
      await it.sync(source.id);
      const asked: ListOptions[] = [];
      it.use({
        ...provider,
        list(container, options = {}) {
          if (asked.push(options) === 10) expireCursors();
          return provider.list(container, options);
        },
      });
      expect(await it.sync(source.id, { pageSize: 50 })).toEqual(counts({ listed: 900, unchanged: 900 }));
      const begun = asked.filter(({ cursor }) => cursor === undefined);
      expect(begun.length).toBeGreaterThan(3);
      expect(
        begun.filter(({ startFrom, startAfter, endBefore }) => !startFrom && !startAfter && !endBefore),
      ).toEqual([]);
      expect(begun.some(({ startAfter }) => startAfter !== undefined)).toBe(lowerBound === 'exclusive');
    },
  );

  test('asks for one page where one has all, and for hardly more where a few have', async () => {
    const { provider } = createOrderedProvider(storage, 'bytes');
    let pages = 0;
    it.use({
      ...provider,
      list(container, options) {
        pages++;
        return provider.list(container, options);
      },
    });
    for (let index = 0; index < 600; index++) storage.put(`${1000 + index}`, 'x');
    const source = await it.createSource();
    const pagesOf = async (pageSize: number): Promise<number> => {
      pages = 0;
      await it.sync(source.id, { pageSize });
      return pages;
    };
    expect(await pagesOf(600)).toBe(1);
    expect(await pagesOf(600)).toBe(1);
    expect(await pagesOf(400)).toBe(2);
  });

  test('fails where a cursor is refused again and again', async () => {
    for (const key of ['a', 'b', 'c', 'd', 'e']) storage.put(key, key);
    const { provider, expireCursors } = createOrderedProvider(storage, 'bytes');
    it.use({
      ...provider,
      list(container, options) {
        expireCursors();
        return provider.list(container, options);
      },
    });
    const source = await it.createSource();
    await expect(it.sync(source.id, { pageSize: 2 })).rejects.toMatchObject({ kind: 'invalid' });
  });

  test('fails with what the storage failed at, and keeps what was done', async () => {
    for (const key of ['a', 'b', 'c']) storage.put(key, key);
    const source = await it.createSource();
    storage.failList(2, 'forbidden');
    await expect(it.sync(source.id, { pageSize: 2 })).rejects.toMatchObject({ kind: 'forbidden' });
    expect((await assetsOf(source.id)).map(asset => asset.key)).toEqual(['a', 'b']);
    expect(await it.catalogue.getSource(it.workspaceId, source.id)).toMatchObject({ lastSyncedAt: null });
    await expectExactCounters();
  });
});
