import { type Kysely, sql } from 'kysely';

// `changes` is an inbox: rows come with an event and go when it has been dealt with. `change_marks` remember the
// last sequencer of a key for a while, so that what comes twice or late is recognised.
const STATEMENTS = `
create table feeds (
  workspace_id text not null, id text not null, source_id text not null,
  kind text not null check (kind in ('event-grid', 'storage-queue')),
  secret_hash bytea, queue_url text,
  received_count int8 not null default 0, applied_count int8 not null default 0,
  last_event_at timestamptz, last_error text, created_at timestamptz not null,
  primary key (workspace_id, id),
  foreign key (workspace_id, source_id) references sources on delete cascade
);
create unique index feeds_by_queue on feeds (queue_url) where queue_url is not null;
create index feeds_by_source on feeds (workspace_id, source_id);
create table changes (
  workspace_id text not null, source_id text not null, seq int8 not null generated always as identity,
  feed_id text not null, key text collate "C" not null, kind text not null check (kind in ('object', 'directory')),
  sequencer text collate "C", object jsonb, received_at timestamptz not null,
  primary key (workspace_id, source_id, seq),
  foreign key (workspace_id, feed_id) references feeds on delete cascade
);
create table change_marks (
  workspace_id text not null, source_id text not null, key_hash text collate "C" not null,
  sequencer text collate "C" not null, applied_at timestamptz not null,
  primary key (workspace_id, source_id, key_hash),
  foreign key (workspace_id, source_id) references sources on delete cascade
);
create index change_marks_by_age on change_marks (applied_at);
`;

export async function up(db: Kysely<unknown>): Promise<void> {
  await sql.raw(STATEMENTS).execute(db);
}
