import { setTimeout as pause } from 'node:timers/promises';
import { createMemoryProvider, createMemoryStorage } from '@mooring/storage/memory';
import { sql } from 'kysely';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { LeaseLost } from '../operations/interruption.ts';
import { lockName } from '../operations/take-operation.ts';
import { testServers } from '../platform/database/testing.ts';
import { sumRanges } from './range-sums.ts';
import {
  addRanges,
  claimRanges,
  dropRanges,
  type NewRange,
  releaseRanges,
  type SyncKey,
  saveRanges,
} from './sync-ranges.ts';
import { noCounts } from './sync-state.ts';
import { createOrderedProvider, createTestSync, type TestSync } from './testing.ts';

describe.each(testServers)('ranges of a sync on $name', server => {
  let it: TestSync;
  let key: SyncKey;
  beforeAll(async () => {
    it = await createTestSync(server);
  });
  beforeEach(async () => {
    const { id } = await it.createSource();
    key = { workspaceId: it.workspaceId, operationId: await it.begin('sync', { type: 'source', id }) };
  });
  afterAll(() => it.drop());

  const range = (first: string, end: string | null = null): NewRange => ({ prefix: '', first, end });
  const add = (ranges: NewRange[], lastId?: number) =>
    it.db.transaction().execute(trx => addRanges(trx, key, ranges, lastId));

  test('are added by several workers at once', async () => {
    await Promise.all(Array.from({ length: 8 }, (_, at) => add([range(`${at}`, `${at}5`), range(`${at}5`)])));
    expect(await sumRanges(it.db, key)).toMatchObject({ open: 16 });
  });

  test('that were dropped cannot be written, although others have come in their place', async () => {
    await add([range('')]);
    const [old] = await claimRanges(it.db, key, 'one', 1);
    await it.db.transaction().execute(async trx => {
      const { lastId } = await dropRanges(trx, key);
      await addRanges(trx, key, [range('')], lastId);
    });
    const [fresh] = await claimRanges(it.db, key, 'two', 1);
    const save = (saved: typeof old) =>
      it.db.transaction().execute(trx => saveRanges(trx, key, [{ ...saved!, done: true }]));
    await expect(save(old)).rejects.toThrow(LeaseLost);
    await save(fresh);
  });

  test('count what was written by another worker while they were dropped', async () => {
    await add([range('')]);
    const [owned] = await claimRanges(it.db, key, 'one', 1);
    const written = Promise.withResolvers<void>();
    const commit = Promise.withResolvers<void>();
    const writer = it.db.transaction().execute(async trx => {
      await saveRanges(trx, key, [{ ...owned!, counts: { ...noCounts(), listed: 3, added: 3 } }]);
      written.resolve();
      await commit.promise;
    });
    await written.promise;
    const dropped = it.db.transaction().execute(trx => dropRanges(trx, key));
    const waiting = async () => {
      const { rows } = await sql<{ one: number }>`
        select 1 as one from pg_stat_activity where datname = current_database() and wait_event_type = 'Lock'`.execute(
        it.db,
      );
      return rows.length;
    };
    await expect.poll(waiting).toBeGreaterThan(0); // for what the writer holds
    commit.resolve();
    await writer;
    expect((await dropped).counts).toMatchObject({ listed: 3, added: 3 });
  });

  test('are not claimed by a worker whose operation was taken over', async () => {
    const storage = createMemoryStorage();
    storage.put('a', 'x');
    const { provider } = createOrderedProvider(storage, 'bytes');
    it.use({
      ...provider,
      async list(container, options) {
        // Another worker takes the operation and its ranges over; this one does not notice.
        await it.db
          .updateTable('operations')
          .set({ attempts: 7 })
          .where('id', '=', key.operationId)
          .execute();
        await releaseRanges(it.db, key, lockName(key.operationId));
        await pause(700);
        return provider.list(container, options);
      },
    });
    await expect(it.runOnce(it.handlerOf(), key.operationId)).rejects.toThrow(LeaseLost);
    const ranges = await it.db
      .selectFrom('sync_ranges')
      .select('owner')
      .where('operation_id', '=', key.operationId)
      .execute();
    expect(ranges).toEqual([{ owner: null }]);
  });

  test('still count where a sync is interrupted while it deletes them', async () => {
    await add(
      Array.from({ length: 5 }, (_, at) => ({ ...range(`${at}`), counts: { ...noCounts(), listed: 2 } })),
    );
    const ofThis = () => it.db.selectFrom('sync_ranges').where('operation_id', '=', key.operationId);
    await it.db
      .updateTable('sync_ranges')
      .set({ done: true })
      .where('operation_id', '=', key.operationId)
      .execute();
    const checkpoint = { startedAt: new Date(), phase: 'listing', cuts: true, removed: 0 };
    await it.db
      .updateTable('operations')
      .set({ checkpoint: JSON.stringify(checkpoint) })
      .where('id', '=', key.operationId)
      .execute();
    it.use(createMemoryProvider({ storage: createMemoryStorage() }));
    const handler = it.handlerOf({ rowsAtOnce: 2 });
    const crash = new Error('crash');
    const crashing = it.runOnce(handler, key.operationId, run => ({
      ...run,
      async save(trx, state) {
        await run.save(trx, state);
        if ((await ofThis().select('id').execute()).length < 5) throw crash;
      },
    }));
    await expect(crashing).rejects.toBe(crash);
    await it.runOnce(handler, key.operationId);
    expect(await it.process.operations.get(it.workspaceId, key.operationId)).toMatchObject({
      done: 10,
      total: 10,
      counts: { listed: 10 },
    });
  });
});
