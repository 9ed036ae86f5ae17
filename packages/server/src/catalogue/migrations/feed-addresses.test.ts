import { sql } from 'kysely';
import { expect, test } from 'vitest';
import { migrateToLatest } from '../../platform/database/migrate.ts';
import { createTestDatabase, testServers } from '../../platform/database/testing.ts';
import type { Schema } from '../schema.ts';
import { migrations } from './index.ts';

const NAME = '0017_feed_addresses';

test.each(testServers)('feeds of before go on reading their queues, on $name', async server => {
  const database = await createTestDatabase<Schema>(server, { migrated: false });
  const { db } = database;
  const before = Object.fromEntries(Object.entries(migrations).filter(([name]) => name < NAME));
  await migrateToLatest(db, before);
  const url = 'https://acme.queue.core.windows.net/mooring-events';
  await sql`
    insert into workspaces (id, name, created_at) values ('wsp_1', 'Test', now());
    insert into connections (workspace_id, id, name, provider, access_mode, location, credential, status, revision,
      created_at, updated_at) values ('wsp_1', 'con_1', 'c', 'azure', 'server', '{}', '{}', 'healthy', 1, now(), now());
    insert into folders (workspace_id, id, name, created_at) values ('wsp_1', 'fld_1', 'f', now());
    insert into sources (workspace_id, id, connection_id, folder_id, container, prefix, created_at)
    values ('wsp_1', 'src_1', 'con_1', 'fld_1', 'data', '', now());
    insert into feeds (workspace_id, id, source_id, kind, queue_url, created_at) values
      ('wsp_1', 'fed_1', 'src_1', 'storage-queue', '${sql.raw(url)}', now()),
      ('wsp_1', 'fed_2', 'src_1', 'event-grid', null, now())`.execute(db);

  await migrateToLatest(db, migrations);
  const rows = await db.selectFrom('feeds').select(['id', 'address']).orderBy('id').execute();
  expect(rows).toEqual([
    { id: 'fed_1', address: { queueUrl: url } },
    { id: 'fed_2', address: null },
  ]);
  await database.drop();
});
