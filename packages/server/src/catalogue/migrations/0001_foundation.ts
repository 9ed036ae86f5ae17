import { type Kysely, sql } from 'kysely';

// Keys are COLLATE "C": they compare by bytes, in every locale of the database.
// A b-tree entry holds at most about 2,700 bytes, and a key of 1,024 characters can be longer than that. So the
// indexes hold the first 512 characters (at most 2,048 bytes) and, where there are more, a hash of the rest:
// `order by left(key, 512), key` is the order of the keys themselves and reads the index.
const STATEMENTS = `
create table workspaces (
  id text primary key, name text not null, created_at timestamptz not null
);
create table members (
  workspace_id text not null references workspaces, id text not null, name text not null,
  scope text not null check (scope in ('read', 'write', 'admin')), created_at timestamptz not null,
  primary key (workspace_id, id)
);
create table sign_in_links (
  code_hash bytea primary key, workspace_id text not null, member_id text not null,
  expires_at timestamptz not null, used_at timestamptz, created_at timestamptz not null,
  foreign key (workspace_id, member_id) references members on delete cascade
);
create table sessions (
  token_hash bytea primary key, workspace_id text not null, member_id text not null,
  expires_at timestamptz not null, created_at timestamptz not null,
  foreign key (workspace_id, member_id) references members on delete cascade
);
create table tokens (
  workspace_id text not null references workspaces, id text not null, name text not null,
  scope text not null check (scope in ('read', 'write', 'admin')), hint text not null,
  token_hash bytea not null unique, expires_at timestamptz not null, last_used_at timestamptz,
  created_at timestamptz not null,
  primary key (workspace_id, id)
);
create table connections (
  workspace_id text not null references workspaces, id text not null, name text not null,
  provider text not null, access_mode text not null check (access_mode in ('server', 'client-only')),
  location jsonb not null, credential jsonb not null, credential_sealed bytea not null,
  status text not null check (status in ('draft', 'verifying', 'healthy', 'degraded', 'broken')),
  status_reason text, last_checked_at timestamptz, revision int not null, removed_at timestamptz,
  created_at timestamptz not null, updated_at timestamptz not null,
  primary key (workspace_id, id)
);
create table checks (
  workspace_id text not null, connection_id text not null, id text not null,
  side text not null check (side in ('server', 'browser')), position int not null,
  status text not null, observed text, expected text, fix jsonb, duration_ms float8, checked_at timestamptz,
  primary key (workspace_id, connection_id, side, id),
  foreign key (workspace_id, connection_id) references connections on delete cascade
);
create table folders (
  workspace_id text not null references workspaces, id text not null, parent_id text, source_id text,
  name text collate "C" not null, key_prefix text collate "C", created_at timestamptz not null,
  primary key (workspace_id, id),
  foreign key (workspace_id, parent_id) references folders on delete cascade
);
create unique index folders_by_name on folders
  (workspace_id, parent_id, left(name, 512), (case when char_length(name) > 512 then md5(substr(name, 513)) else '' end))
  nulls not distinct;
create unique index folders_by_key_prefix on folders
  (workspace_id, source_id, left(key_prefix, 512), (case when char_length(key_prefix) > 512 then md5(substr(key_prefix, 513)) else '' end))
  where source_id is not null;
create table folder_counters (
  workspace_id text not null, folder_id text not null, kind text not null,
  direct_assets int8 not null, direct_bytes int8 not null, total_assets int8 not null, total_bytes int8 not null,
  primary key (workspace_id, folder_id, kind),
  foreign key (workspace_id, folder_id) references folders on delete cascade
);
create table sources (
  workspace_id text not null, id text not null, connection_id text not null, folder_id text not null,
  container text not null, prefix text collate "C" not null,
  asset_count int8 not null default 0, gone_count int8 not null default 0,
  last_synced_at timestamptz, last_operation_id text, created_at timestamptz not null,
  primary key (workspace_id, id),
  foreign key (workspace_id, connection_id) references connections,
  foreign key (workspace_id, folder_id) references folders
);
create index sources_by_connection on sources (workspace_id, connection_id);
create table assets (
  workspace_id text not null, id text collate "C" not null, connection_id text not null, source_id text not null,
  folder_id text not null, key text collate "C" not null, kind text not null, content_type text,
  size_bytes int8 not null, etag text not null, tier text, last_modified timestamptz not null,
  gone_at timestamptz, created_at timestamptz not null, updated_at timestamptz not null,
  primary key (workspace_id, id),
  foreign key (workspace_id, source_id) references sources
);
create unique index assets_by_key on assets
  (workspace_id, source_id, left(key, 512), (case when char_length(key) > 512 then md5(substr(key, 513)) else '' end));
create index assets_by_folder on assets (workspace_id, folder_id, left(key, 512));
create table operations (
  workspace_id text not null references workspaces, id text not null, kind text not null,
  status text not null check (status in ('queued', 'running', 'cancelling', 'succeeded', 'failed', 'cancelled')),
  subject_type text not null, subject_id text not null, done int8 not null default 0, total int8,
  unit text not null, counts jsonb, checkpoint jsonb, error_count int8 not null default 0, problem jsonb,
  attempts int not null default 0, created_at timestamptz not null, started_at timestamptz,
  finished_at timestamptz, updated_at timestamptz not null,
  primary key (workspace_id, id)
);
create unique index operations_one_active on operations (workspace_id, kind, subject_id)
  where status in ('queued', 'running', 'cancelling');
create index operations_by_subject on operations (workspace_id, subject_id, id);
create table operation_errors (
  workspace_id text not null, operation_id text not null, seq int8 not null, item text not null,
  code text not null, message text not null, fix text, created_at timestamptz not null,
  primary key (workspace_id, operation_id, seq),
  foreign key (workspace_id, operation_id) references operations on delete cascade
);
create table sync_marks (
  workspace_id text not null, operation_id text not null, key_hash text collate "C" not null, missing_asset_id text,
  primary key (workspace_id, operation_id, key_hash),
  foreign key (workspace_id, operation_id) references operations on delete cascade
);
create table idempotent_answers (
  workspace_id text not null references workspaces, key text not null, request_hash bytea not null,
  status int, body jsonb, created_at timestamptz not null,
  primary key (workspace_id, key)
);
`;

export async function up(db: Kysely<unknown>): Promise<void> {
  await sql.raw(STATEMENTS).execute(db);
}
