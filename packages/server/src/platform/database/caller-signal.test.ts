import { sql } from 'kysely';
import pg from 'pg';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { forCaller } from './caller-signal.ts';
import { createDb, createPool } from './pool.ts';
import { createTestDatabase, type TestDatabase, testServers } from './testing.ts';

/** Longer than any test waits. */
const ENDLESS = sql`select pg_sleep(600)`;

describe.each(testServers)('queries for a caller on $name', server => {
  let database: TestDatabase<object>;
  beforeAll(async () => {
    database = await createTestDatabase(server);
  });
  afterAll(() => database.drop());

  const isRunning = async (): Promise<boolean> => {
    const client = new pg.Client(database.poolConfig);
    await client.connect();
    const { rows } = await client.query(
      `select from pg_stat_activity where datname = current_database() and state = 'active' and query like '%pg_sleep%'
        and pid <> pg_backend_pid()`,
    );
    await client.end();
    return rows.length > 0;
  };

  test('end when the caller goes, also in a transaction, and the connection goes on', async () => {
    const pool = createPool(database.poolConfig, { max: 1 });
    const db = createDb<object>(pool);
    const works = [() => ENDLESS.execute(db), () => db.transaction().execute(trx => ENDLESS.execute(trx))];
    for (const work of works) {
      const caller = new AbortController();
      const running = forCaller(caller.signal, work);
      await expect.poll(isRunning).toBe(true);
      caller.abort(new Error('gone'));
      await expect(running).rejects.toThrow(/canceling statement/);
      expect(await isRunning()).toBe(false);
      expect((await sql`select 1 as one`.execute(db)).rows).toEqual([{ one: 1 }]);
    }
    await pool.end();
  });

  test('are not begun for a caller who has gone', async () => {
    const pool = createPool(database.poolConfig, { max: 1 });
    const gone = AbortSignal.abort(new Error('gone'));
    await expect(forCaller(gone, () => ENDLESS.execute(createDb<object>(pool)))).rejects.toThrow('gone');
    await pool.end();
  });

  test('are given up by the database after the time of the pool', async () => {
    const pool = createPool(database.poolConfig, { max: 1, queryTimeoutSeconds: 1 });
    await expect(ENDLESS.execute(createDb<object>(pool))).rejects.toMatchObject({ code: '57014' });
    await pool.end();
  });
});
