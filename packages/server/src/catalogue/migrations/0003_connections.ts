import { type Kysely, sql } from 'kysely';

const STATEMENTS = `
alter table connections add column rendition_prefix text, add column next_check_at timestamptz;
alter table connections drop constraint connections_status_check;
alter table connections add constraint connections_status_check
  check (status in ('draft', 'verifying', 'healthy', 'degraded', 'broken', 'unlinked'));
`;

export async function up(db: Kysely<unknown>): Promise<void> {
  await sql.raw(STATEMENTS).execute(db);
}
