import { type Kysely, sql } from 'kysely';

// How long signed URLs may work that service tokens ask for. An hour is what all others may ask for.
export async function up(db: Kysely<unknown>): Promise<void> {
  await sql`alter table workspaces add column max_signing_seconds int4 not null default 3600`.execute(db);
}
