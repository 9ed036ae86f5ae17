import { type Kysely, sql } from 'kysely';

// `failed_rules` are ids of the rules of the source's profile that an asset fails; null: none. `judge_after`: the
// assets of a source after this key are still to be judged by its profile.
//
// All indexes are partial on what a probe writes, and cost an insert nothing. Size and date have none: they would double
// what the database does in a first sync. Statistics of the expressions come with the indexes.
export async function up(db: Kysely<unknown>): Promise<void> {
  await sql`
    create table profiles (
      workspace_id text not null references workspaces, name text collate "C" not null, description text not null,
      rules jsonb not null, created_at timestamptz not null, updated_at timestamptz not null,
      primary key (workspace_id, name)
    );
    alter table sources
      add column profile text collate "C" not null default 'none',
      add column judge_after text collate "C";
    create index sources_to_judge on sources (workspace_id, id) where judge_after is not null;
    alter table assets
      add column failed_rules text[],
      add column media_type text,
      add column codec text;
    update assets set media_type = media ->> 'mediaType', codec = media ->> 'codec' where media is not null;
    create index assets_by_pixels on assets (workspace_id, (width::int8 * height), id)
      where width is not null and height is not null;
    create index assets_by_duration on assets (workspace_id, duration_seconds, id) where duration_seconds is not null;
    create index assets_by_media_type on assets (workspace_id, media_type, id) where media_type is not null;
    create index assets_by_codec on assets (workspace_id, codec, id) where codec is not null;
    create index assets_with_warnings on assets (workspace_id, id) where media_warnings is not null;
    create index assets_failing on assets (workspace_id, id) where failed_rules is not null;
  `.execute(db);
}
