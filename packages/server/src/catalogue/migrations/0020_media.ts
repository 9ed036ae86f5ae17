import { type Kysely, sql } from 'kysely';

// What the bytes of an asset say, in columns of their own: a sync compares only what a listing says, so it never
// undoes them. They hold for the ETag that was probed. `media` has all facts; those that people filter and sort by
// have a column each. No default but null: adding them takes no time, however many assets there are.
export async function up(db: Kysely<unknown>): Promise<void> {
  await sql`
    alter table assets
      add column probed_etag text,
      add column probed_at timestamptz,
      add column media jsonb,
      add column media_warnings jsonb,
      add column media_problem jsonb,
      add column media_kind text,
      add column width int4,
      add column height int4,
      add column duration_seconds float8,
      add column frames int8;
    alter table sources
      add column probes boolean not null default true,
      add column probe_wanted_at timestamptz;
    create index sources_probe_wanted on sources (workspace_id, id) where probe_wanted_at is not null;
  `.execute(db);
}
