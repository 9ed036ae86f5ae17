import { type Kysely, sql } from 'kysely';

// A storage says how large its objects are. Their sum may be more than an int8 holds; then no sync could count them.
export async function up(db: Kysely<unknown>): Promise<void> {
  await sql`
    alter table folder_counters alter column direct_bytes type numeric, alter column total_bytes type numeric;
  `.execute(db);
}
