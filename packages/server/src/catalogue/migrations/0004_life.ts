import { type Kysely, sql } from 'kysely';

// `connection_events.once` names an event that is reported only once, such as a threshold of an expiry.
// `issued_urls` has no reference to what it names: it is written with every signing, and its rows end by themselves.
const STATEMENTS = `
create table schedule_tasks (
  name text primary key, due_at timestamptz not null
);
alter table connections alter column credential_sealed drop not null;
alter table connections add column failed_checks int not null default 0;
alter table connections add column checked_origins text[] not null default '{}';
alter table connections add column assets_kept boolean not null default false;
create index connections_to_check on connections (next_check_at) where removed_at is null;
create table connection_events (
  workspace_id text not null, connection_id text not null, seq int8 not null generated always as identity,
  at timestamptz not null, kind text not null, status text not null, detail text not null, by text, once text,
  primary key (workspace_id, connection_id, seq),
  foreign key (workspace_id, connection_id) references connections on delete cascade
);
create unique index connection_events_once on connection_events (workspace_id, connection_id, once);
create table issued_urls (
  workspace_id text not null, connection_id text not null, ends_at timestamptz not null, asset_id text collate "C" not null,
  relayed boolean not null,
  primary key (workspace_id, connection_id, ends_at, asset_id, relayed)
);
create index issued_urls_by_end on issued_urls (ends_at);
create table webhooks (
  workspace_id text not null references workspaces, id text not null, url text not null, events text[] not null,
  secret_sealed bytea not null, created_at timestamptz not null,
  primary key (workspace_id, id)
);
create table webhook_deliveries (
  workspace_id text not null, id text collate "C" not null, webhook_id text not null, event text not null, body text not null,
  status text not null check (status in ('waiting', 'delivered', 'failed')), attempts int not null default 0,
  response_status int, error text, next_attempt_at timestamptz, created_at timestamptz not null, delivered_at timestamptz,
  primary key (workspace_id, id),
  foreign key (workspace_id, webhook_id) references webhooks on delete cascade
);
create index webhook_deliveries_by_webhook on webhook_deliveries (workspace_id, webhook_id, id);
create index webhook_deliveries_due on webhook_deliveries (next_attempt_at) where status = 'waiting';
`;

export async function up(db: Kysely<unknown>): Promise<void> {
  await sql.raw(STATEMENTS).execute(db);
}
