import { type Kysely, sql } from 'kysely';

// `credential_version` says which credential of a connection is meant, also when it is sealed anew with another key.
// `key_holders` are the processes in use, with the keys that each has (keys/key-holders.ts). `import_check` holds the
// signature of an import that no process with the key has looked at yet (keys/import-check.ts).
const STATEMENTS = `
alter table connections add column credential_version int not null default 1;

update connections
set ownership_of = sha256(convert_to(format('[%s,%s,%s]', to_json(place), to_json(location->>'container'), credential_version), 'UTF8'))
where ownership_of = sha256(convert_to(format('[%s,%s]', to_json(place), to_json(location->>'container')), 'UTF8') || credential_sealed);

create table key_holders (
  id text primary key, process text not null, key_source text not null, key_ids text[] not null,
  sealing_key_id text not null, seen_at timestamptz not null
);

create table import_check (
  only_row boolean primary key default true check (only_row), signature jsonb not null
);
`;

export async function up(db: Kysely<unknown>): Promise<void> {
  await sql.raw(STATEMENTS).execute(db);
}
