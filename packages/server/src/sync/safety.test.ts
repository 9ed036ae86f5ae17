import { type Asset, assetFilter, type Operation } from '@mooring/contract';
import { createMemoryProvider, createMemoryStorage, type MemoryStorage } from '@mooring/storage/memory';
import { systemClock } from '@mooring/storage/server';
import { sql } from 'kysely';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { settleQuotas } from '../catalogue/quota.ts';
import { recount } from '../catalogue/testing.ts';
import { ownershipSubject } from '../connections/ownership/proof.ts';
import { STORAGE_KINDS } from '../kinds.ts';
import type { AssistanceRun } from '../operations/handler.ts';
import { lockName } from '../operations/take-operation.ts';
import { testServers } from '../platform/database/testing.ts';
import { pureKinds } from '../platform/kinds.ts';
import { createSyncAssistance } from './assist-sync.ts';
import { startDueSyncs } from './due-syncs.ts';
import { previewSource } from './filter-preview.ts';
import { createRemoveSourceHandler, createSourceRemoval } from './remove-source.ts';
import { createTestSync, type TestSync } from './testing.ts';
import { wantSync } from './want-sync.ts';

const kinds = pureKinds(STORAGE_KINDS);

describe.each(testServers)('what keeps a sync safe on $name', server => {
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

  async function assetsOf(
    sourceId: string,
    status: 'present' | 'gone' | 'any' = 'present',
  ): Promise<Asset[]> {
    const filter = assetFilter.parse({ sourceId, status });
    return (await it.catalogue.listAssets(it.workspaceId, filter, { limit: 1000 })).items;
  }
  const keysOf = async (sourceId: string) => (await assetsOf(sourceId)).map(({ key }) => key);
  const get = (id: string) => it.process.operations.get(it.workspaceId, id);
  const ended = async ({ id }: Operation): Promise<Operation> => {
    const watched = it.process.operations.watch(it.workspaceId, id, AbortSignal.timeout(170_000));
    return (await Array.fromAsync(watched)).at(-1)!;
  };
  const start = (id: string) =>
    it.process.operations.start(it.workspaceId, {
      kind: 'sync',
      subject: { type: 'source', id },
      unit: 'objects',
    });

  test('a dry run counts and shows what would change, and writes no asset', async () => {
    for (const key of ['changes', 'goes', 'stays']) storage.put(key, key);
    const source = await it.createSource();
    await it.sync(source.id);
    const before = await assetsOf(source.id, 'any');
    storage.put('changes', 'other');
    storage.delete('goes');
    storage.put('new', 'x');
    storage.put('dir/', '');
    const id = await it.begin('sync', { type: 'source', id: source.id }, { dryRun: true });
    await it.runOnce(it.handlerOf({ pageSize: 2 }), id);
    expect(await get(id)).toMatchObject({
      counts: { listed: 4, added: 1, changed: 1, removed: 1, unchanged: 1, skipped: 1 },
      report: {
        dryRun: true,
        samples: {
          added: [{ key: 'new' }],
          changed: [{ key: 'changes' }],
          removed: [{ key: 'goes' }],
          skipped: [{ key: 'dir/', reason: 'placeholder' }],
        },
      },
    });
    expect(await assetsOf(source.id, 'any')).toEqual(before);
    expect(await it.sync(source.id)).toMatchObject({ added: 1, changed: 1, removed: 1 });
  });

  test('a sync that would remove too much stops before it does, unless it is confirmed', async () => {
    for (let index = 0; index < 300; index++) storage.put(`k${index}`, 'x');
    const source = await it.createSource();
    await it.sync(source.id);
    for (let index = 0; index < 200; index++) storage.delete(`k${index}`);
    storage.put('new', 'x');
    await expect(it.sync(source.id)).rejects.toMatchObject({
      code: 'sync_guard',
      message: expect.stringContaining('200 of 300'),
    });
    expect(await assetsOf(source.id)).toHaveLength(301);
    await it.catalogue.updateSource(it.workspaceId, source.id, { maxRemovedShare: 0.7 });
    expect(await it.sync(source.id)).toMatchObject({ removed: 200 });
    for (let index = 200; index < 300; index++) storage.delete(`k${index}`);
    await expect(it.sync(source.id)).rejects.toMatchObject({ code: 'sync_guard' });
    expect(await it.sync(source.id, {}, { confirmRemovals: true })).toMatchObject({ removed: 100 });
    expect(await keysOf(source.id)).toEqual(['new']);
    expect(await it.db.selectFrom('sync_marks').selectAll().execute()).toEqual([]);
  });

  test('a sync that would leave nothing of a small source stops, too; a handful may go', async () => {
    const fill = (count: number) => {
      for (let index = 0; index < count; index++) storage.put(`k${index}`, 'x');
    };
    const empty = () => {
      for (const key of storage.sortedKeys('data')) storage.delete(key);
    };
    fill(10);
    const source = await it.createSource();
    await it.sync(source.id);
    empty();
    storage.put('new', 'x');
    await expect(it.sync(source.id)).rejects.toMatchObject({
      code: 'sync_guard',
      message: expect.stringContaining('10 of 10'),
    });
    storage.put('k0', 'x');
    expect(await it.sync(source.id)).toMatchObject({ removed: 9 }); // one is left
    empty();
    expect(await it.sync(source.id)).toMatchObject({ removed: 2 });
    fill(10);
    await it.sync(source.id);
    empty();
    await it.catalogue.updateSource(it.workspaceId, source.id, { maxRemovedShare: 1 });
    expect(await it.sync(source.id)).toMatchObject({ removed: 10 });
  });

  test('filters decide what becomes an asset; what no longer matches is a tombstone that says so', async () => {
    for (const key of ['a.jpg', 'b.txt', 'in/c.jpg', 'in/d.png']) storage.put(key, key);
    const source = await it.createSource();
    await it.sync(source.id);
    const filters = { include: ['**/*.jpg'], exclude: ['in/**'] };
    await it.catalogue.updateSource(it.workspaceId, source.id, { filters });
    expect(await it.sync(source.id)).toMatchObject({ listed: 4, unchanged: 1, skipped: 3, removed: 3 });
    expect(await keysOf(source.id)).toEqual(['a.jpg']);
    storage.delete('b.txt');
    expect((await assetsOf(source.id, 'gone')).map(({ key, goneReason }) => [key, goneReason])).toEqual([
      ['b.txt', 'filtered'],
      ['in/c.jpg', 'filtered'],
      ['in/d.png', 'filtered'],
    ]);
    expect(await it.sync(source.id)).toMatchObject({ unchanged: 1, skipped: 2, removed: 0 });
    await it.catalogue.updateSource(it.workspaceId, source.id, { filters: {} });
    expect(await it.sync(source.id)).toMatchObject({ restored: 2, unchanged: 1 });
    const { kept, counted } = await recount(it.db);
    expect(kept).toEqual(counted);
  });

  test('a preview says what filters would do', async () => {
    for (const key of ['in/a.jpg', 'in/b.txt', 'out']) storage.put(key, key);
    const preview = await previewSource(
      { provider: createMemoryProvider({ storage }), location: { container: 'data', prefix: 'in/' } },
      { connectionId: 'con_00000000000000000000', filters: { include: ['*.jpg'] } },
      new AbortController().signal,
    );
    expect(preview).toEqual({
      listed: 2,
      included: 1,
      excluded: 1,
      complete: true,
      samples: { included: ['in/a.jpg'], excluded: ['in/b.txt'] },
    });
  });

  test('Mooring’s own renditions never become assets', async () => {
    for (const key of ['.mooring/x.jpg', 'in/.mooring/y.jpg', 'in/z.jpg']) storage.put(key, key);
    const [whole, part] = [await it.createSource(), await it.createSource('in/')];
    await it.sync(whole.id);
    await it.sync(part.id);
    expect(await keysOf(whole.id)).toEqual(['in/.mooring/y.jpg', 'in/z.jpg']);
    expect(await keysOf(part.id)).toEqual(['in/z.jpg']);
  });

  test('assets beyond the quota are kept and marked, and unmarked when there is room', async () => {
    const own = await createTestSync(server);
    own.use(createMemoryProvider({ storage }));
    for (const key of ['a', 'b', 'c', 'd']) storage.put(key, key);
    const source = await own.createSource();
    const over = async () => {
      const filter = assetFilter.parse({ sourceId: source.id });
      const { items } = await own.catalogue.listAssets(own.workspaceId, filter, { limit: 10 });
      return items.filter(({ overQuota }) => overQuota).length;
    };
    await own.catalogue.updateWorkspace(own.workspaceId, { maxAssets: 3 });
    const settle = () => settleQuotas(own.db, new AbortController().signal);
    await settle();
    expect(await own.sync(source.id)).toMatchObject({ added: 4 });
    expect(await over()).toBe(1);
    storage.delete('a');
    await own.sync(source.id);
    await settle();
    expect(await over()).toBe(0);
    storage.put('a', 'a');
    expect(await own.sync(source.id)).toMatchObject({ restored: 1 });
    await settle();
    expect(await over()).toBe(1);
    const other = await own.createSource();
    expect(await own.sync(other.id)).toMatchObject({ added: 4 });
    expect(await over()).toBe(1);
    const { db, operations } = own.process;
    const remove = createSourceRemoval({ db, operations, clock: systemClock });
    await own.runOnce(createRemoveSourceHandler({ db }), (await remove(own.workspaceId, source.id)).id);
    await settle();
    const left = await sql`select over_quota from assets order by id`.execute(own.db);
    expect(left.rows).toEqual([false, false, false, true].map(over_quota => ({ over_quota })));
    await own.drop();
  });

  test('a source that is removed is out of use at once, and leaves nothing behind', async () => {
    for (const key of ['a', 'b/c']) storage.put(key, key);
    const source = await it.createSource();
    await it.sync(source.id);
    const { db, operations } = it.process;
    const remove = createSourceRemoval({ db, operations, clock: systemClock });
    const subject = { type: 'source', id: source.id } as const;
    const report = await operations.start(it.workspaceId, { kind: 'inventory', subject, unit: 'objects' });
    const operation = await remove(it.workspaceId, source.id);
    expect(await operations.get(it.workspaceId, report.id)).toMatchObject({ status: 'cancelled' });
    expect((await remove(it.workspaceId, source.id)).id).toBe(operation.id);
    await expect(it.catalogue.getSource(it.workspaceId, source.id)).rejects.toMatchObject({
      code: 'not_found',
    });
    expect(await assetsOf(source.id)).toEqual([]);
    await it.runOnce(createRemoveSourceHandler({ db }), operation.id);
    for (const table of ['assets', 'asset_chunks', 'folders'] as const) {
      const rows = await it.db.selectFrom(table).selectAll().where('source_id', '=', source.id).execute();
      expect(rows).toEqual([]);
    }
  });

  test('a schedule starts a sync when it is due, and not while one is under way', async () => {
    const { db, operations } = it.process;
    const due = () => startDueSyncs({ db, kinds, operations, clock: systemClock });
    const source = await it.createSource();
    await it.catalogue.updateSource(it.workspaceId, source.id, { schedule: { everySeconds: 60 } });
    expect(await due()).toEqual([]);
    const past = new Date(Date.now() - 120_000);
    await sql`update sources set created_at = ${past} where id = ${source.id}`.execute(it.db);
    const [started] = await due();
    expect(started).toMatchObject({ kind: 'sync', subject: { id: source.id } });
    expect(await due()).toEqual([]);
    await operations.cancel(it.workspaceId, started!.id);
    expect(await due()).toEqual([]);
    await sql`update operations set created_at = ${past} where id = ${started!.id}`.execute(it.db);
    const seal = (sealed: Buffer | null) =>
      it.db
        .updateTable('connections')
        .set({ credential_sealed: sealed })
        .where('id', '=', source.connectionId)
        .execute();
    await seal(null); // as unlinking does
    expect(await due()).toEqual([]);
    await seal(Buffer.from('x'));
    const [again] = await due();
    await operations.cancel(it.workspaceId, again!.id);
  });

  describe('a sync that is due', () => {
    async function due(): Promise<string[]> {
      const { db, operations } = it.process;
      const started = await startDueSyncs({ db, kinds, operations, clock: systemClock });
      return started.map(({ subject }) => subject.id);
    }
    const held = async (id: string) => (await it.catalogue.getSource(it.workspaceId, id)).syncHeld;
    const ago = (seconds: number) => new Date(Date.now() - seconds * 1000);
    async function createDue() {
      const source = await it.createSource();
      await it.catalogue.updateSource(it.workspaceId, source.id, { schedule: { everySeconds: 60 } });
      await sql`update sources set created_at = ${ago(120)} where id = ${source.id}`.execute(it.db);
      return source;
    }

    test('does not start on a connection whose owner has not agreed, and the source says why', async () => {
      const { id, connectionId } = await createDue();
      const set = (values: object) =>
        it.db.updateTable('connections').set(values).where('id', '=', connectionId).execute();
      await set({
        credential: '{"kind":"azure-managed-identity"}',
        location: '{"endpoint":"e","container":"c"}',
      });
      expect(await due()).toEqual([]);
      expect(await held(id)).toContain('Nothing says that the owner of the storage wants this workspace');
      const row = await it.db
        .selectFrom('connections')
        .selectAll()
        .where('id', '=', connectionId)
        .executeTakeFirstOrThrow();
      const subject = ownershipSubject(row);
      await set({
        ownership_proven_at: new Date(),
        ownership_proven_by: 'marker-blob',
        ownership_of: subject,
      });
      expect(await due()).toEqual([id]);
      expect(await held(id)).toBeNull();
    });

    test('does not start on a connection that could not list, until its checks can again', async () => {
      const { id, connectionId } = await createDue();
      const check = (status: string) =>
        it.db
          .insertInto('checks')
          .values({
            workspace_id: it.workspaceId,
            connection_id: connectionId,
            id: 'list',
            side: 'server',
            position: 6,
            status,
          })
          .onConflict(conflict =>
            conflict.columns(['workspace_id', 'connection_id', 'side', 'id']).doUpdateSet({ status }),
          )
          .execute();
      await it.db
        .updateTable('connections')
        .set({ status_reason: 'Status 403.' })
        .where('id', '=', connectionId)
        .execute();
      for (const status of ['failed', 'skipped']) {
        await check(status);
        expect(await due()).toEqual([]);
        expect(await held(id)).toContain('Status 403.');
      }
      await it.catalogue.updateSource(it.workspaceId, id, { schedule: null });
      expect(await due()).toEqual([]);
      expect(await held(id)).toBeNull(); // nothing is due any more
      await it.catalogue.updateSource(it.workspaceId, id, { schedule: { everySeconds: 60 } });
      await check('warning');
      expect(await due()).toEqual([id]);
    });

    test('because events were let go starts without a schedule, and again an hour after it has failed', async () => {
      const { id } = await it.createSource();
      const want = () =>
        it.db
          .transaction()
          .execute(trx => wantSync(trx, { workspaceId: it.workspaceId, id }, 'So it is.', new Date()));
      const end = (at: Date) =>
        sql`update operations set status = 'failed', created_at = ${at} where subject_id = ${id}`.execute(
          it.db,
        );
      const early = await start(id);
      await want();
      expect(await due()).toEqual([]); // one that began before does not count
      expect((await get(early.id)).status).toBe('queued');
      await end(ago(1));
      expect(await due()).toEqual([id]);
      await end(new Date());
      expect(await due()).toEqual([]);
      await sql`update sources set sync_wanted_at = ${ago(7200)} where id = ${id}`.execute(it.db);
      await end(ago(3700));
      expect(await due()).toEqual([id]);
      await end(ago(10));
      await it.sync(id, {}, { dryRun: true });
      await end(ago(3700));
      expect(await due()).toEqual([id]);
      await end(ago(10));
      await it.sync(id);
      expect(await due()).toEqual([]);
      await end(ago(3700));
      expect(await due()).toEqual([]);
    });
  });

  test('a paused sync holds still, and goes on where it was', async () => {
    for (let index = 0; index < 60; index++) storage.put(`k${index}`, 'x');
    const worker = it.process.startWorker(it.handlerOf({ pageSize: 5 }));
    storage.allowLists(0);
    const source = await it.createSource();
    const operation = await start(source.id);
    const listOneMore = async () => {
      storage.allowLists(1);
      return (await get(operation.id)).done;
    };
    await expect.poll(listOneMore).toBeGreaterThan(0);
    await it.process.operations.pause(it.workspaceId, operation.id);
    expect((await get(operation.id)).status).toBe('paused');
    const runEnded = async () => {
      const lock = await it.process.session.tryLock(lockName(operation.id));
      await lock?.release();
      return lock !== null;
    };
    await expect.poll(runEnded).toBe(true);
    const { done } = await get(operation.id);
    storage.allowLists(Number.POSITIVE_INFINITY);
    // The worker goes on with what comes later, and leaves out what is paused.
    await ended(await start((await it.createSource('k1')).id));
    expect((await get(operation.id)).done).toBe(done);
    expect(done).toBeLessThan(60);
    await expect(start(source.id)).rejects.toMatchObject({ code: 'sync_already_running' });
    expect((await it.process.operations.resume(it.workspaceId, operation.id)).status).toBe('queued');
    expect(await ended(operation)).toMatchObject({ status: 'succeeded', counts: { listed: 60, added: 60 } });
    await expect(it.process.operations.pause(it.workspaceId, operation.id)).rejects.toMatchObject({
      code: 'conflict',
    });
    await worker.stop();
  });

  test('workers help each other with the ranges of one sync', async () => {
    for (let index = 0; index < 2000; index++) storage.put(`${index % 100}/${index}`, 'x');
    storage.delayLists(200);
    let helped = 0;
    const assistance = createSyncAssistance(it.partsOf({ pageSize: 2 }));
    const watched = {
      ...assistance,
      run: (run: AssistanceRun) => {
        helped++;
        return assistance.run(run);
      },
    };
    const workers = [1, 2].map(() =>
      it.process.startHelpfulWorker([it.handlerOf({ pageSize: 2 })], [watched]),
    );
    const source = await it.createSource();
    const operation = await start(source.id);
    await expect.poll(() => helped).toBeGreaterThan(0);
    storage.delayLists(0);
    const end = await ended(operation);
    expect(end).toMatchObject({ status: 'succeeded', done: 2000, counts: { listed: 2000, added: 2000 } });
    await Promise.all(workers.map(worker => worker.stop()));
    const { kept, counted } = await recount(it.db);
    expect(kept).toEqual(counted);
  });
});
