import { type Kysely, sql } from 'kysely';

// `assets.tags`: in the order of their bytes; null where there are none. Neither tags nor client metadata are written
// by a sync. Bitmaps are built again, because they now say what client metadata has.
export async function up(db: Kysely<unknown>): Promise<void> {
  await sql`
    alter table assets add column tags text[] collate "C";
    alter table folders add column description text, add column client_metadata jsonb;
    update asset_segments set built = false;
  `.execute(db);
}
