import { type Kysely, sql } from 'kysely';

// The part of the data that a token opens, as the API has it; null: all.
export async function up(db: Kysely<unknown>): Promise<void> {
  await sql`alter table tokens add column scope jsonb`.execute(db);
}
