import { type Kysely, sql } from 'kysely';

// `asset_chunks` divide the keys of a source into ranges, [first_key, the next one's first_key), and hold what the
// assets in each add up to: see catalogue/chunks. A digest of null is not known yet.
// `sync_ranges` are the pieces that a sync divides its listing into, each with its checkpoint: see sync/ranges.
const STATEMENTS = `
alter table sources add column filters jsonb not null default '{"include":[],"exclude":[]}';
alter table sources add column max_removed_share float8 not null default 0.5;
alter table sources add column every_seconds int8;
alter table sources add column removed_at timestamptz;
alter table assets add column gone_reason text;
update assets set gone_reason = 'removed' where gone_at is not null;
alter table assets add column over_quota boolean not null default false;
create index assets_over_quota on assets (workspace_id, id) where over_quota;
alter table workspaces add column max_assets int8;
alter table operations add column options jsonb;
alter table operations add column report jsonb;
alter table operations drop constraint operations_status_check;
alter table operations add constraint operations_status_check
  check (status in ('queued', 'running', 'paused', 'cancelling', 'succeeded', 'failed', 'cancelled'));
drop index operations_one_active;
create unique index operations_one_active on operations (workspace_id, kind, subject_id)
  where status in ('queued', 'running', 'paused', 'cancelling');
alter table sync_marks add column seen boolean not null default false;
update sync_marks set seen = missing_asset_id is null;
create index sync_marks_missing on sync_marks (workspace_id, operation_id, missing_asset_id)
  where missing_asset_id is not null;
create table asset_chunks (
  workspace_id text not null, source_id text not null, first_key text collate "C" not null,
  present int4 not null, gone int4 not null, digest_a int4, digest_b int4,
  primary key (workspace_id, source_id, first_key),
  foreign key (workspace_id, source_id) references sources on delete cascade
);
insert into asset_chunks (workspace_id, source_id, first_key, present, gone)
  select workspace_id, id, '', asset_count, gone_count from sources where asset_count + gone_count > 0;
create table sync_ranges (
  workspace_id text not null, operation_id text not null, id int4 not null,
  prefix text collate "C" not null, from_key text collate "C" not null, to_key text collate "C",
  settled text collate "C" not null, cursor text, before text collate "C" not null, ordered boolean not null,
  done boolean not null default false, owner text, attempts int4 not null default 0,
  listed int8 not null default 0, added int8 not null default 0, changed int8 not null default 0,
  restored int8 not null default 0, unchanged int8 not null default 0, skipped int8 not null default 0,
  samples jsonb,
  primary key (workspace_id, operation_id, id),
  foreign key (workspace_id, operation_id) references operations on delete cascade
);
create index sync_ranges_open on sync_ranges (workspace_id, operation_id, id) where not done;
`;

export async function up(db: Kysely<unknown>): Promise<void> {
  await sql.raw(STATEMENTS).execute(db);
}
