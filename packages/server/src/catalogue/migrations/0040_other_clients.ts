import { type Kysely, sql } from 'kysely';

// For clients that were made for other platforms. `ssh_keys`: by which they know a person; a key names one person of the
// installation. `client_folders`: the folders that they have made, whether anything is in them or not. `registered_as` is
// the name that assets are registered under; `source_id` is of a folder that is synced instead.
const STATEMENTS = `
create table ssh_keys (
  workspace_id text not null references workspaces, id text collate "C" not null, name text not null,
  member_id text not null, role text not null, public_key bytea not null unique, parent_token_id text,
  expires_at timestamptz not null, last_used_at timestamptz, created_at timestamptz not null,
  primary key (workspace_id, id),
  foreign key (workspace_id, member_id) references members on delete cascade,
  foreign key (workspace_id, parent_token_id) references tokens on delete cascade
);
create index ssh_keys_by_member on ssh_keys (workspace_id, member_id);
create table client_folders (
  workspace_id text not null references workspaces, id text collate "C" not null,
  number int8 generated always as identity unique, parent_id text collate "C", name text not null,
  registered_as text not null, slug text not null, description text not null, client_metadata jsonb, source_id text,
  made_by text not null, created_at timestamptz not null, updated_at timestamptz not null,
  primary key (workspace_id, id)
);
create unique index client_folders_by_registered_as on client_folders (workspace_id, registered_as);
create unique index client_folders_by_slug on client_folders (workspace_id, slug);
create index client_folders_by_parent on client_folders (workspace_id, parent_id, id);
`;

export async function up(db: Kysely<unknown>): Promise<void> {
  await sql.raw(STATEMENTS).execute(db);
}
