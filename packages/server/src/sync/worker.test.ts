import { assetFilter, type Operation } from '@mooring/contract';
import { createMemoryProvider, createMemoryStorage, type MemoryStorage } from '@mooring/storage/memory';
import { systemClock } from '@mooring/storage/server';
import { sql } from 'kysely';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { lockSource } from '../catalogue/source-lock.ts';
import { recount } from '../catalogue/testing.ts';
import { createRemoval } from '../connections/life/removal.ts';
import { LeaseLost } from '../operations/interruption.ts';
import { testServers } from '../platform/database/testing.ts';
import { createTestSync, type TestSync } from './testing.ts';

describe.each(testServers)('syncs run by workers on $name', server => {
  let it: TestSync;
  let storage: MemoryStorage;
  beforeEach(async () => {
    it = await createTestSync(server);
    storage = createMemoryStorage();
    it.use(createMemoryProvider({ storage }));
    for (let index = 0; index < 60; index++) storage.put(`${index % 7}/${index}`, `body ${index}`);
  });
  afterEach(() => it.drop());

  const startSync = (id: string) =>
    it.process.operations.start(it.workspaceId, {
      kind: 'sync',
      subject: { type: 'source', id },
      unit: 'objects',
    });
  const ended = async ({ id }: Operation): Promise<Operation> => {
    const watched = it.process.operations.watch(it.workspaceId, id, AbortSignal.timeout(170_000));
    return (await Array.fromAsync(watched)).at(-1)!;
  };
  const countAssets = async (sourceId: string): Promise<number> => {
    const filter = assetFilter.parse({ sourceId });
    return (await it.catalogue.assetAnchors(it.workspaceId, filter, 1000)).total;
  };
  const expectExactCounters = async () => {
    const { kept, counted } = await recount(it.db);
    expect(kept).toEqual(counted);
  };

  test('succeed', async () => {
    it.process.startWorker(it.handlerOf({ pageSize: 10 }));
    const source = await it.createSource();
    const end = await ended(await startSync(source.id));
    expect(end).toMatchObject({ status: 'succeeded', done: 60, total: 60, counts: { added: 60 } });
    expect(await countAssets(source.id)).toBe(60);
  });

  test('fail with the code and the fix of what the storage failed at', async () => {
    it.process.startWorker(it.handlerOf({ pageSize: 10 }));
    storage.failList(3, 'forbidden');
    const source = await it.createSource();
    const end = await ended(await startSync(source.id));
    expect(end).toMatchObject({
      status: 'failed',
      problem: { code: 'storage_forbidden', detail: expect.stringContaining('forbidden'), fix: 'Try again.' },
    });
    await expectExactCounters();
  });

  test('stop when they are cancelled while they write, without waiting for the end of the transaction', async () => {
    it.process.startWorker(it.handlerOf());
    const source = await it.createSource();
    const isWaiting = async () => {
      const { rows } = await sql`
        select from pg_stat_activity where datname = current_database() and wait_event_type = 'Lock'`.execute(
        it.db,
      );
      return rows.length > 0;
    };
    await it.db.transaction().execute(async trx => {
      await lockSource(trx, it.workspaceId, source.id);
      const operation = await startSync(source.id);
      await expect.poll(isWaiting).toBe(true);
      await it.process.operations.cancel(it.workspaceId, operation.id);
      expect((await ended(operation)).status).toBe('cancelled');
    });
    await expectExactCounters();
  });

  test('stop when they are cancelled, and the next one finishes the work', async () => {
    it.process.startWorker(it.handlerOf({ pageSize: 5 }));
    storage.allowLists(0);
    const source = await it.createSource();
    const operation = await startSync(source.id);
    const listOneMore = async () => {
      storage.allowLists(1);
      return (await it.process.operations.get(it.workspaceId, operation.id)).done;
    };
    await expect.poll(listOneMore).toBeGreaterThan(0);
    await it.process.operations.cancel(it.workspaceId, operation.id);
    expect((await ended(operation)).status).toBe('cancelled');
    const { assetCount } = await it.catalogue.getSource(it.workspaceId, source.id);
    expect(assetCount).toBeGreaterThan(0);
    expect(assetCount).toBeLessThan(60);
    await expectExactCounters();
    storage.allowLists(Number.POSITIVE_INFINITY);
    const end = await ended(await startSync(source.id));
    expect(end.counts).toMatchObject({ added: 60 - assetCount, unchanged: assetCount });
  });

  test('of one source never run at once', async () => {
    it.process.startWorker(it.handlerOf({ pageSize: 5 }));
    storage.allowLists(0);
    const source = await it.createSource();
    const operation = await startSync(source.id);
    await expect(startSync(source.id)).rejects.toMatchObject({
      code: 'sync_already_running',
      operationId: operation.id,
    });
    storage.allowLists(Number.POSITIVE_INFINITY);
    expect((await ended(operation)).status).toBe('succeeded');
  });

  test('that another worker has taken over write nothing more', async () => {
    const source = await it.createSource();
    const operationId = await it.begin('sync', { type: 'source', id: source.id });
    const handler = it.handlerOf({ pageSize: 5 });
    const reached = Promise.withResolvers<void>();
    const resume = Promise.withResolvers<void>();
    const stale = it.runOnce(handler, operationId, run => ({
      ...run,
      async save(trx, state) {
        if ((state.done ?? 0) >= 20) {
          reached.resolve();
          await resume.promise;
        }
        await run.save(trx, state);
      },
    }));
    await reached.promise;
    const taken = it.runOnce(handler, operationId);
    // The new owner waits for the source, which the stale run still holds in a transaction.
    resume.resolve();
    await expect(stale).rejects.toMatchObject({ name: 'LeaseLost' });
    await taken;
    const end = await it.process.operations.get(it.workspaceId, operationId);
    expect(end).toMatchObject({ done: 60, attempts: 2, counts: { listed: 60, added: 60 } });
    expect(await countAssets(source.id)).toBe(60);
    await expectExactCounters();
  });

  test('that lost their lock while they waited for the source write nothing more', async () => {
    const source = await it.createSource();
    const operationId = await it.begin('sync', { type: 'source', id: source.id });
    const locked = Promise.withResolvers<void>();
    const release = Promise.withResolvers<void>();
    const holding = it.db.transaction().execute(async trx => {
      await lockSource(trx, it.workspaceId, source.id);
      locked.resolve();
      await release.promise;
    });
    await locked.promise;
    const abort = new AbortController();
    const running = it.runOnce(it.handlerOf({}), operationId, run => ({ ...run, signal: abort.signal }));
    const isWaiting = async () => {
      const waiting = sql`select from pg_locks l join pg_stat_activity a using (pid)
        where not l.granted and a.datname = current_database()`;
      return (await waiting.execute(it.process.db)).rows.length > 0;
    };
    await expect.poll(isWaiting).toBe(true);
    abort.abort(new LeaseLost(operationId));
    release.resolve();
    await expect(running).rejects.toMatchObject({ name: 'LeaseLost' });
    await holding;
    expect(await countAssets(source.id)).toBe(0);
    await expectExactCounters();
  });

  test.each([0, 6, 18])('leave nothing behind when their connection is removed (%d)', async lists => {
    it.process.startWorker(it.handlerOf({ pageSize: 3 }), it.removeHandler);
    storage.allowLists(lists); // each sync needs twenty
    const remove = createRemoval({
      db: it.process.db,
      clock: systemClock,
      operations: it.process.operations,
    });
    const source = await it.createSource();
    const other = await it.createSource();
    const sync = await startSync(source.id);
    const otherSync = await startSync(other.id);
    await expect.poll(() => storage.listCalls).toBeGreaterThan(lists);
    const removal = await remove(it.workspaceId, source.connectionId, 'remove');
    storage.allowLists(Number.POSITIVE_INFINITY);
    expect((await ended(removal)).status).toBe('succeeded');
    expect((await ended(sync)).status).toBe('cancelled');
    expect((await ended(otherSync)).status).toBe('succeeded');
    for (const [table, left] of [
      ['assets', 60],
      ['folders', 8],
      ['sources', 1],
      ['connections', 1],
      ['sync_marks', 0],
    ] as const) {
      const found = await it.db.selectFrom(table).selectAll().execute();
      expect(found).toHaveLength(left);
      expect(JSON.stringify(found)).not.toContain(source.id);
    }
    await expectExactCounters();
  });
});
