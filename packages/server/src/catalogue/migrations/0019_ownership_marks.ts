import { type Kysely, sql } from 'kysely';

// The marks by which an owner proves a connection are those of its storage kind, no longer those of one service.

export async function up(db: Kysely<unknown>): Promise<void> {
  await sql`alter table connections drop constraint connections_ownership_proven_by_check`.execute(db);
}
