import { type Kysely, sql } from 'kysely';

// Each writer of assets holds the lock of their source, and a source is deleted after its assets; looking the source
// up for each new row again cost a third of a bulk load.
export async function up(db: Kysely<unknown>): Promise<void> {
  await sql`alter table assets drop constraint assets_workspace_id_source_id_fkey`.execute(db);
}
