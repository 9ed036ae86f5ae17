import { sql } from 'kysely';
import { expect, test } from 'vitest';
import { migrateToLatest } from '../../platform/database/migrate.ts';
import { createTestDatabase, testServers } from '../../platform/database/testing.ts';
import type { Schema } from '../schema.ts';
import { migrations } from './index.ts';

const NAME = '0012_archive_state';

test.each(testServers)(
  'an installation of before keeps what it knew of archived objects, on $name',
  async server => {
    const database = await createTestDatabase<Schema>(server, { migrated: false });
    const { db } = database;
    const upTo = (last: string) =>
      Object.fromEntries(Object.entries(migrations).filter(([name]) => name <= last));
    await migrateToLatest(db, upTo('0011_marks'));
    await sql`
    insert into workspaces (id, name, created_at) values ('wsp_1', 'Test', now());
    insert into connections (workspace_id, id, name, provider, access_mode, location, credential, status, revision,
      created_at, updated_at) values ('wsp_1', 'con_1', 'c', 'azure', 'server', '{}', '{}', 'healthy', 1, now(), now());
    insert into folders (workspace_id, id, name, created_at) values ('wsp_1', 'fld_1', 'f', now());
    insert into assets (workspace_id, connection_id, source_id, id, folder_id, key, kind, size_bytes, etag, tier,
      last_modified, created_at, updated_at)
    select 'wsp_1', 'con_1', 'src_1', 'ast_' || n, 'fld_1', 'key' || n, 'image', 1, 'e', tier, now(), now(), now()
    from (values (1, 'Archive'), (2, 'Hot'), (3, null)) as t (n, tier)`.execute(db);
    const rowsOf = async () =>
      (await sql<{ archive_state: string }>`select xmin::text, * from assets order by id`.execute(db)).rows;
    const [, ...others] = (await rowsOf()).map(row => ({ ...row, archive_state: 'readable' }));

    await migrateToLatest(db, upTo(NAME));
    const rows = await rowsOf();
    expect(rows.map(row => row.archive_state)).toEqual(['archived', 'readable', 'readable']);
    expect(rows.slice(1)).toMatchObject(others); // which were not written
    await database.drop();
  },
);
