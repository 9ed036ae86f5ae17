import { type AssetEditResult, MOST_METADATA_BYTES, MOST_TAGS, type TagChange } from '@mooring/contract';
import { type RawBuilder, sql } from 'kysely';
import type { Db, Trx } from './db.ts';

/** What is to become of the tags and the client metadata of assets. */
export interface Edit {
  tags?: TagChange | undefined;
  /** Top-level keys; null removes one. */
  metadata?: Record<string, unknown> | undefined;
}

export interface Edited {
  looked: number;
  changed: number;
  /** Of which nothing was changed, because it would be too much. */
  refused: { id: string; key: string; message: string }[];
}

/**
 * Locks sources until the transaction ends, as each writer of their assets does: see source-lock.ts.
 * @returns those that are there
 */
export async function lockSources(trx: Trx, workspaceId: string, ids: readonly string[]): Promise<string[]> {
  const { rows } = await sql<{ id: string }>`
    select id from sources where workspace_id = ${workspaceId} and id = any(${[...ids]}::text[]) and removed_at is null
    order by id for no key update`.execute(trx);
  return rows.map(({ id }) => id);
}

/** The same for the sources of these assets. @returns those assets that are there, tombstones too */
export async function lockSourcesOf(
  trx: Trx,
  workspaceId: string,
  assetIds: readonly string[],
): Promise<string[]> {
  const { rows } = await sql<{ id: string; source_id: string }>`
    select a.id, a.source_id from assets a
    join connections c on c.workspace_id = a.workspace_id and c.id = a.connection_id
      and (c.removed_at is null or c.assets_kept)
    where a.workspace_id = ${workspaceId} and a.id = any(${[...assetIds]}::text[])`.execute(trx);
  const sourceIds = rows.map(row => row.source_id);
  const locked = new Set(await lockSources(trx, workspaceId, sourceIds));
  return rows.filter(row => locked.has(row.source_id)).map(({ id }) => id);
}

/**
 * Edits the assets that match. The caller has locked their sources. `updated_at` stays: it says since when the row is as
 * the storage says, and a sync would take a later one for newer than its listing.
 * @param matching a condition on `assets a`
 */
export async function editAssets(
  trx: Trx,
  workspaceId: string,
  matching: RawBuilder<boolean>,
  edit: Edit,
): Promise<Edited> {
  const { rows } = await sql<Edited>`
    with wanted as materialized (
      select a.id, a.key, ${tagsAfter(edit)} as tags, ${metadataAfter(edit)} as metadata
      from assets a where a.workspace_id = ${workspaceId} and ${matching}
    ), judged as materialized (
      select *, case
        when ${edit.tags !== undefined} and cardinality(tags) > ${MOST_TAGS}
          then ${`It would have more than ${MOST_TAGS} tags.`}
        when ${edit.metadata !== undefined} and octet_length(metadata::text) > ${MOST_METADATA_BYTES}
          then ${`Its client metadata would have more than ${MOST_METADATA_BYTES / 1024} KB.`}
      end as refusal from wanted
    ), written as (
      update assets a set tags = j.tags, client_metadata = j.metadata from judged j
      where a.workspace_id = ${workspaceId} and a.id = j.id and j.refusal is null
        and (a.tags, a.client_metadata) is distinct from (j.tags, j.metadata)
      returning a.id
    )
    select (select count(*) from judged) as looked, (select count(*) from written) as changed,
      coalesce((select json_agg(json_build_object('id', id, 'key', key, 'message', refusal)) from judged
        where refusal is not null), '[]') as refused`.execute(trx);
  return rows[0]!;
}

const tagsAfter = ({ tags }: Edit): RawBuilder<string[] | null> =>
  tags
    ? sql`(select array_agg(distinct t collate "C" order by t collate "C")
        from unnest(coalesce(a.tags, '{}') || ${tags.add}::text[]) as t where t <> all(${tags.remove}::text[]))`
    : sql`a.tags`;

const metadataAfter = ({ metadata }: Edit): RawBuilder<object | null> =>
  metadata ? changedMetadata(sql`a.client_metadata`, metadata) : sql`a.client_metadata`;

/** @param change top-level keys; null removes one */
export function changedMetadata(
  before: RawBuilder<unknown>,
  change: Record<string, unknown>,
): RawBuilder<object | null> {
  const removed = Object.keys(change).filter(key => change[key] === null);
  return sql`nullif((coalesce(${before}, '{}') || ${JSON.stringify(change)}::jsonb) - ${removed}::text[], '{}'::jsonb)`;
}

/** Edits these assets, tombstones too. All is written, or nothing where the database fails. */
export async function editAssetsOf(
  db: Db,
  workspaceId: string,
  assetIds: readonly string[],
  edit: Edit,
): Promise<AssetEditResult> {
  const asked = [...new Set(assetIds)];
  return db.transaction().execute(async trx => {
    const there = await lockSourcesOf(trx, workspaceId, asked);
    const { changed, refused } = await editAssets(trx, workspaceId, sql`a.id = any(${there}::text[])`, edit);
    const isThere = new Set(there);
    return {
      changed,
      unchanged: there.length - changed - refused.length,
      refused: refused.map(({ id, message }) => ({ assetId: id, message })),
      missing: asked.filter(id => !isThere.has(id)),
    };
  });
}
