import { type Kysely, sql } from 'kysely';

const STATEMENTS = `
create table setup_links (
  workspace_id text not null references workspaces, id text not null, token_hash bytea not null unique,
  request jsonb not null, expires_at timestamptz not null, created_at timestamptz not null,
  primary key (workspace_id, id)
);
`;

export async function up(db: Kysely<unknown>): Promise<void> {
  await sql.raw(STATEMENTS).execute(db);
}
