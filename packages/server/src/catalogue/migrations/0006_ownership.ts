import { type Kysely, sql } from 'kysely';

// `ownership_of` is a digest of what was proven: the location and the sealed credential of that moment.
// `entra_requests` are ways to Microsoft Entra ID and back; each is taken once.
const STATEMENTS = `
alter table connections
  add column ownership_proven_at timestamptz,
  add column ownership_proven_by text check (ownership_proven_by in ('container-metadata', 'marker-blob', 'sign-in')),
  add column ownership_of bytea;
create table entra_requests (
  workspace_id text not null references workspaces, id text not null, purpose text not null,
  session_hash bytea, connection_id text, return_to text not null,
  expires_at timestamptz not null, created_at timestamptz not null,
  primary key (workspace_id, id),
  foreign key (workspace_id, connection_id) references connections on delete cascade
);
create index entra_requests_by_end on entra_requests (expires_at);
`;

export async function up(db: Kysely<unknown>): Promise<void> {
  await sql.raw(STATEMENTS).execute(db);
}
