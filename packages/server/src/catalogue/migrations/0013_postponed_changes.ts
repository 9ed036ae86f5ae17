import { type Kysely, sql } from 'kysely';

// A change whose object cannot be looked at stays in the inbox: `retry_at` is when the next look is due, and `problem`
// why the latest one failed. Both are null for a change that has not been looked at: see sync/changes/postponed.
const STATEMENTS = `
alter table changes add column attempts int not null default 0;
alter table changes add column retry_at timestamptz;
alter table changes add column problem text;
`;

export async function up(db: Kysely<unknown>): Promise<void> {
  await sql.raw(STATEMENTS).execute(db);
}
