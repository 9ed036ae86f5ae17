import { sql } from 'kysely';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { createDb, createPool } from '../platform/database/pool.ts';
import { testServers } from '../platform/database/testing.ts';
import { settleQuotas, unsettleQuota } from './quota.ts';
import type { Schema } from './schema.ts';
import { createTestCatalogue, objectOf, recount, type TestCatalogue } from './testing.ts';

const NEVER = new AbortController().signal;

describe.each(testServers)('the quota on $name', server => {
  let it: TestCatalogue;
  beforeAll(async () => {
    it = await createTestCatalogue(server);
  });
  afterAll(() => it.drop());
  beforeEach(async () => {
    for (const table of ['assets', 'asset_chunks', 'folder_counters'] as const)
      await it.db.deleteFrom(table).execute();
    await it.db.updateTable('sources').set({ asset_count: 0, gone_count: 0 }).execute();
    await limit(null);
  });

  const limit = (maxAssets: number | null) => it.catalogue.updateWorkspace(it.workspaceId, { maxAssets });
  const workspace = () => it.catalogue.getWorkspace(it.workspaceId);
  const createSource = async (): Promise<string> =>
    (await it.catalogue.createSource(it.workspaceId, { connectionId: await it.connect() })).id;
  const marked = async () =>
    (await it.db.selectFrom('assets').select(['key', 'over_quota']).orderBy('id').execute())
      .filter(asset => asset.over_quota)
      .map(asset => asset.key);

  test('leaves room to the oldest, also where assets go and come one by one', async () => {
    await limit(2);
    const id = await createSource();
    const add = (key: string) => it.write(id, () => ({ added: [objectOf(key)] }));
    for (const key of ['a', 'b', 'c']) await add(key);
    expect(await marked()).toEqual(['c']);
    await it.write(id, assets => ({ gone: assets.filter(({ key }) => key === 'a') }));
    await add('d');
    expect(await marked()).toEqual(['c', 'd']);
    await it.db.transaction().execute(trx => unsettleQuota(trx, it.workspaceId));
    await settleQuotas(it.db, NEVER, 10);
    expect(await marked()).toEqual(['d']);
    expect(await workspace()).toMatchObject({ assetCount: 3, overQuotaCount: 1, settled: true });
  });

  test('a limit that is set, changed or taken away is followed piece by piece', async () => {
    const id = await createSource();
    const keys = Array.from({ length: 25 }, (_, index) => `k${String(index).padStart(2, '0')}`);
    for (const key of keys) await it.write(id, () => ({ added: [objectOf(key)] }));
    for (const most of [5, 12, 0, null, 25, 24]) {
      expect(await limit(most)).toMatchObject({ maxAssets: most, settled: false });
      await settleQuotas(it.db, NEVER, 3);
      expect(await workspace()).toMatchObject({ settled: true, overQuotaCount: 25 - (most ?? 25) });
      expect(await marked()).toEqual(keys.slice(most ?? 25));
    }
    const { kept, counted } = await recount(it.db);
    expect(kept).toEqual(counted);
  });

  test('what others are writing just now is left alone, and put right the next time', async () => {
    const id = await createSource();
    await it.write(id, () => ({ added: [objectOf('a'), objectOf('b')] }));
    await limit(0);
    await it.db.transaction().execute(async trx => {
      await sql`select from assets where key = 'b' for update`.execute(trx);
      await settleQuotas(it.db, NEVER);
      expect(await marked()).toEqual(['a']);
      expect((await workspace()).settled).toBe(false);
    });
    await settleQuotas(it.db, NEVER);
    expect(await marked()).toEqual(['a', 'b']);
  });

  test('no asset is read again for each piece', async () => {
    const id = await createSource();
    const count = 5000;
    await it.write(id, () => ({
      added: Array.from({ length: count }, (_, index) => objectOf(`k${index}`)),
    }));
    await sql`vacuum analyze assets`.execute(it.db);
    const pool = createPool(it.poolConfig, { max: 1 }); // one connection, so that its statistics are known
    const db = createDb<Schema>(pool);
    const rowsRead = async () => {
      await sql`select pg_stat_force_next_flush()`.execute(db);
      const { rows } = await sql<{ read: number }>`
        select (seq_tup_read + idx_tup_fetch)::int8 as read from pg_stat_user_tables where relname = 'assets'`.execute(
        db,
      );
      return rows[0]!.read;
    };
    for (const most of [0, null]) {
      await limit(most);
      const before = await rowsRead();
      await settleQuotas(db, NEVER, 50);
      expect(await marked()).toHaveLength(most === null ? 0 : count);
      // Counted before and after, chosen, written.
      expect((await rowsRead()) - before).toBeLessThan(6 * count);
    }
    await pool.end();
  });
});
