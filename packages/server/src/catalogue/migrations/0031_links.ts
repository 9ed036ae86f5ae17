import { type Kysely, sql } from 'kysely';

// Links that open assets without signing in. Like other links they end with the member or the token that made them.
const STATEMENTS = `
create table links (
  workspace_id text not null references workspaces, id text collate "C" not null, name text not null,
  token_hash bytea not null unique, hint text not null, scope jsonb not null, origins text[],
  made_by text, parent_token_id text,
  expires_at timestamptz not null, last_used_at timestamptz, created_at timestamptz not null,
  primary key (workspace_id, id),
  foreign key (workspace_id, made_by) references members on delete cascade,
  foreign key (workspace_id, parent_token_id) references tokens on delete cascade
);
create index links_by_member on links (workspace_id, made_by) where made_by is not null;
create index links_by_token on links (workspace_id, parent_token_id) where parent_token_id is not null;
`;

export async function up(db: Kysely<unknown>): Promise<void> {
  await sql.raw(STATEMENTS).execute(db);
}
