import { type Kysely, sql } from 'kysely';

// `place` is where the missing asset stands among the keys, so that assets are buried in their order. Marks of a sync
// that is under way have none: they come first, in any order.
const STATEMENTS = `
alter table sync_marks add column place text collate "C" not null default '';
drop index sync_marks_missing;
create index sync_marks_missing on sync_marks (workspace_id, operation_id, place) where missing_asset_id is not null;
`;

export async function up(db: Kysely<unknown>): Promise<void> {
  await sql.raw(STATEMENTS).execute(db);
}
