import { sql } from 'kysely';
import { describe, expect, test } from 'vitest';
import { createTestDatabase, testServers } from './testing.ts';

describe.each(testServers)('a test database on $name', server => {
  const major = server.name === 'embedded-18' ? 18 : 15;

  test('has the tables of Mooring, and nothing of another one', async () => {
    const [one, two] = await Promise.all([createTestDatabase(server), createTestDatabase(server)]);
    await sql`insert into workspaces values ('wsp_1', 'One', now())`.execute(one.db);
    const { rows } = await two.pool.query(
      `select current_setting('server_version_num')::int8 / 10000 as major, (select count(*) from workspaces) as count`,
    );
    expect(rows).toEqual([{ major, count: 0 }]);
    await one.drop();
    await two.drop();
  });

  test('is empty when it is not to be migrated', async () => {
    const database = await createTestDatabase(server, { migrated: false });
    const { rows } = await database.pool.query(`select count(*) from pg_tables where schemaname = 'public'`);
    expect(rows).toEqual([{ count: 0 }]);
    await database.drop();
  });
});
