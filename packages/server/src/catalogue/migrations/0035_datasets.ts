import { type Kysely, sql } from 'kysely';

// A member stands in all versions from `from_version` on, and before `until_version`; null: up to the newest. So versions
// share rows, and a version costs what has changed. A version can be seen once it stands in `dataset_versions`; rows of
// one that was never finished are removed before the next is made. `number` is that of the asset in its source.
const STATEMENTS = `
create table datasets (
  workspace_id text not null references workspaces, id text not null, name text collate "C" not null,
  description text not null, split_rule jsonb, latest_version int4 not null default 0, removed_at timestamptz,
  created_at timestamptz not null, updated_at timestamptz not null, primary key (workspace_id, id)
);
create unique index datasets_by_name on datasets (workspace_id, name) where removed_at is null;
create table dataset_versions (
  workspace_id text not null, dataset_id text not null, version int4 not null, note text not null,
  selection jsonb not null, split_rule jsonb, members int8 not null, size_bytes numeric not null, splits jsonb not null,
  added int8 not null, changed int8 not null, gone int8 not null, operation_id text not null,
  created_at timestamptz not null, primary key (workspace_id, dataset_id, version)
);
create table dataset_members (
  workspace_id text not null, dataset_id text not null, source_id text not null, number int4 not null,
  from_version int4 not null, until_version int4, asset_id text not null, connection_id text not null,
  container text not null, key text collate "C" not null, etag text not null, size_bytes int8 not null,
  content_type text, last_modified timestamptz not null, split text, facts jsonb not null,
  primary key (workspace_id, dataset_id, source_id, number, from_version)
);
create index dataset_members_begun on dataset_members (workspace_id, dataset_id, from_version);
create index dataset_members_ended on dataset_members (workspace_id, dataset_id, until_version)
  where until_version is not null;
`;

export async function up(db: Kysely<unknown>): Promise<void> {
  await sql.raw(STATEMENTS).execute(db);
}
