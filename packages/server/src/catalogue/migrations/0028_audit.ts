import { type Kysely, sql } from 'kysely';

// The audit of each workspace: a chain of entries, each with the hash of the one before it. `audit_chains` says where a
// chain ends, and with which entry it began to be kept. `audit_begun` has acts that are under way: where a server dies,
// they are written down as acts whose outcome is unknown.
// The triggers keep mistakes of ours from changing or removing entries. Only what `audit_chains` says was removed may go.
const STATEMENTS = `
create table audit_chains (
  workspace_id text primary key references workspaces, last_seq int8 not null default 0,
  last_hash bytea not null default decode(repeat('00', 32), 'hex'), removed_seq int8 not null default 0,
  removed_hash bytea not null default decode(repeat('00', 32), 'hex'), records_reads boolean not null default false,
  keep_days int default 365
);
create table audit_entries (
  workspace_id text not null references workspaces, seq int8 not null, at timestamptz not null, action text not null,
  outcome text not null, caller_via text not null, caller_id text, caller_name text, session_id text, address text,
  subject_id text, asset_ids text[] not null, detail jsonb not null, previous_hash bytea not null, hash bytea not null,
  primary key (workspace_id, seq)
);
create index audit_entries_by_time on audit_entries (workspace_id, at);
create index audit_entries_by_caller on audit_entries (workspace_id, caller_id, seq);
create index audit_entries_by_action on audit_entries (workspace_id, action, seq);
create index audit_entries_by_asset on audit_entries using gin (asset_ids);
create table audit_begun (
  id uuid primary key, workspace_id text not null references workspaces, begun_at timestamptz not null, entry jsonb not null
);
create index audit_begun_by_time on audit_begun (begun_at);
create function refuse_audit_change() returns trigger language plpgsql as $$
begin
  raise exception 'Entries of the audit are never changed.';
end $$;
create trigger audit_entries_unchanged before update on audit_entries execute function refuse_audit_change();
create function refuse_audit_removal() returns trigger language plpgsql as $$
begin
  if exists (
    select from gone join audit_chains c using (workspace_id) where gone.seq > c.removed_seq
  ) then
    raise exception 'Entries of the audit are removed only by their age.';
  end if;
  return null;
end $$;
create trigger audit_entries_kept after delete on audit_entries
  referencing old table as gone for each statement execute function refuse_audit_removal();
`;

export async function up(db: Kysely<unknown>): Promise<void> {
  await sql.raw(STATEMENTS).execute(db);
}
