import { type Kysely, sql } from 'kysely';

// Beside why a feed or a change is held up: how to mend it, as the API shows it. Null where that is not known.
const STATEMENTS = `
alter table feeds add column remedy jsonb;
alter table changes add column remedy jsonb;
`;

export async function up(db: Kysely<unknown>): Promise<void> {
  await sql.raw(STATEMENTS).execute(db);
}
