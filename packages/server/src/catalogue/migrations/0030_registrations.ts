import { type Kysely, sql } from 'kysely';

// `sources.registered_as`: the folder that its assets were registered into; null for a source that is synced. Nothing
// lists such a source, so nothing turns its assets into tombstones. There is one for each container and folder.
//
// `registered_urls`: URLs that open an object by themselves, sealed; their `id` is made of source and key.
// `registration_parts`: what an operation has to keep until it ends, in pieces: the manifest as it came, and, where all
// items or none are to be registered, what was found of them. Sealed, because manifests hold signed URLs.
const STATEMENTS = `
alter table sources add column registered_as text;
create unique index sources_registered on sources (workspace_id, connection_id, container, registered_as)
  where registered_as is not null and removed_at is null;
alter table assets add column title text, add column client_metadata jsonb;
create table registered_urls (
  workspace_id text not null, id text not null, source_id text not null, connection_id text not null,
  container text not null, key text collate "C" not null, url_sealed bytea not null, expires_at timestamptz,
  primary key (workspace_id, id)
);
create index registered_urls_by_source on registered_urls (workspace_id, source_id, id);
create index registered_urls_by_end on registered_urls (workspace_id, connection_id, expires_at);
create table registration_parts (
  workspace_id text not null references workspaces, id text collate "C" not null, registration_id text not null,
  kind text not null, seq int4 not null, data_sealed bytea not null, created_at timestamptz not null,
  primary key (workspace_id, id)
);
create index registration_parts_in_order on registration_parts (workspace_id, registration_id, kind, seq);
`;

export async function up(db: Kysely<unknown>): Promise<void> {
  await sql.raw(STATEMENTS).execute(db);
}
