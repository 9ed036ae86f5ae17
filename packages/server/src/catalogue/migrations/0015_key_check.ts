import { type Kysely, sql } from 'kysely';

// One row at most: a known text, sealed with the key of the installation (catalogue/key-check.ts).
const STATEMENTS = `
create table secret_key_check (
  only_row boolean primary key default true check (only_row),
  text_sealed bytea not null, created_at timestamptz not null
);
`;

export async function up(db: Kysely<unknown>): Promise<void> {
  await sql.raw(STATEMENTS).execute(db);
}
