import { sql } from 'kysely';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { Schema } from '../catalogue/schema.ts';
import { lockSource } from '../catalogue/source-lock.ts';
import { readRange } from '../catalogue/stored-assets.ts';
import { objectOf } from '../catalogue/testing.ts';
import type { OperationHandler } from '../operations/handler.ts';
import { createDb, createPool } from '../platform/database/pool.ts';
import { testServers } from '../platform/database/testing.ts';
import { deleteMarks, hashKey, markMissing, markSeen, takeMissing } from './key-marks.ts';
import { createRemoveConnectionHandler } from './remove-connection.ts';
import { createRemoveSourceHandler } from './remove-source.ts';
import { createTestSync, type TestSync } from './testing.ts';

const ASSETS = 20_000;
const AT_ONCE = 40;

describe.each(testServers)('what removals cost on $name', server => {
  let it: TestSync;
  beforeAll(async () => {
    it = await createTestSync(server);
    // Its reading would count as that of the removal.
    await sql`alter table assets set (autovacuum_enabled = false)`.execute(it.db);
  });
  afterAll(() => it.drop());

  test.each([
    ['a source is removed', false],
    ['a connection leaves tombstones', true],
  ])('%s: the last piece costs what the first did', async (_, isKept) => {
    const source = await it.createSource();
    const added = Array.from({ length: ASSETS }, (_, index) => objectOf(`${index % 100}/${index}`));
    await it.write(source.id, () => ({ added }));
    await sql`vacuum analyze assets`.execute(it.db);
    const pool = createPool(it.poolConfig, { max: 1 }); // one connection, so that its statistics are known
    const options = { db: createDb<Schema>(pool), rowsAtOnce: AT_ONCE };
    const connection = { type: 'connection', id: source.connectionId } as const;
    if (isKept) {
      const kept = { removed_at: new Date(), assets_kept: true };
      await it.db.updateTable('connections').set(kept).where('id', '=', connection.id).execute();
    }
    const [handler, operationId]: [OperationHandler, string] = isKept
      ? [createRemoveConnectionHandler(options), await it.begin('remove-connection', connection)]
      : [
          createRemoveSourceHandler(options),
          await it.begin('remove-source', { type: 'source', id: source.id }),
        ];
    /** Blocks of assets that had been read before each piece was written. */
    const blocks: number[] = [];
    await it.runOnce(handler, operationId, run => ({
      ...run,
      async save(trx, state) {
        await run.save(trx, state);
        const { rows } = await sql<{ read: number }>`
          select pg_stat_force_next_flush(), (heap_blks_hit + heap_blks_read + idx_blks_hit + idx_blks_read)::int8 as read
          from pg_statio_user_tables where relname = 'assets'`.execute(trx);
        blocks.push(rows[0]!.read);
      },
    }));
    await pool.end();
    const pieces = ASSETS / AT_ONCE;
    const cost = (from: number) => blocks[from + 50]! - blocks[from]!;
    expect(blocks.length).toBeGreaterThan(pieces);
    // While another process holds a snapshot, such as an analyze by itself, dead rows stay and are read: for a while.
    const late = [60, 110, 160, 210, 260].map(before => cost(pieces - before));
    expect(Math.min(...late)).toBeLessThan(1.5 * cost(10));
  });

  test('missing rows are buried in the order of keys, also when they were noticed in another order', async () => {
    const source = await it.createSource();
    const keys = Array.from({ length: 60 }, (_, index) => `${'x'.repeat(index % 2 ? 600 : 1)}${index}`);
    await it.write(source.id, () => ({ added: keys.map(key => objectOf(key)) }));
    const operationId = await it.begin('sync', { type: 'source', id: source.id });
    const marker = { workspaceId: it.workspaceId, operationId };
    const taken = await it.db.transaction().execute(async trx => {
      const locked = await lockSource(trx, it.workspaceId, source.id);
      const assets = await readRange(trx, locked, { after: '', to: null, limit: 100 });
      for (let from = 0; from < 60; from++) await markMissing(trx, marker, [assets[(from * 37) % 60]!]);
      const found: string[] = [];
      for (let from = ''; found.length < 60; ) {
        const { ids, next } = await takeMissing(trx, marker, { from, limit: 7 });
        expect(ids.length).toBeGreaterThan(0);
        found.push(...ids.map(id => assets.find(asset => asset.id === id)!.key));
        from = next;
      }
      return found;
    });
    const places = taken.map(key => key.slice(0, 512));
    expect(places).toEqual(places.toSorted());
    expect(taken.toSorted()).toEqual(keys.toSorted());
  });

  test('the marks of all syncs of a source are deleted, each read once', async () => {
    const source = await it.createSource();
    const [one, other] = [await it.createSource(), source].map(({ id }) => ({ type: 'source', id }) as const);
    const [foreign, first, second] = [
      await it.begin('sync', one!),
      await it.begin('sync', other!),
      await it.begin('inventory', other!),
    ];
    await it.db.transaction().execute(async trx => {
      const keys = Array.from({ length: 11 }, (_, index) => `k${index}`);
      for (const operationId of [foreign, first, second])
        await markSeen(trx, { workspaceId: it.workspaceId, operationId }, keys);
      const pieces: number[] = [];
      for (let from: string | null = null; pieces.at(-1) !== 0; ) {
        const { rows, next } = await deleteMarks(
          trx,
          { workspaceId: it.workspaceId, id: source.id },
          4,
          from,
        );
        expect(next === null || from === null || next > from).toBe(true);
        pieces.push(rows);
        from = next;
      }
      expect(pieces).toEqual([4, 4, 4, 4, 4, 2, 0]);
      const { rows } =
        await sql`select distinct operation_id from sync_marks where key_hash = any(${keys.map(hashKey)}::text[])`.execute(
          trx,
        );
      expect(rows).toEqual([{ operation_id: foreign }]);
    });
  });
});
