import type { AssetFacet, AssetFilter } from '@mooring/contract';
import { type RawBuilder, sql } from 'kysely';
import { notFound } from '../platform/problem.ts';
import { bitsOf, type FilterBits, microsecondsOf, momentOf } from './asset-bits.ts';
import { NUMBERS } from './build-bitmaps.ts';
import type { Db } from './db.ts';
import { isProbed, trueKind, trueMediaType } from './facts-sql.ts';
import { afterDirectory } from './key.ts';
import type { KeyRange } from './key-range.ts';
import { keyContains } from './key-words.ts';
import { metadataMatches } from './metadata-filter.ts';
import { requireStorable } from './storable.ts';

type Condition = RawBuilder<boolean>;

/** Where the assets that match a filter are: in these sources, in this order, under these conditions on `assets a`. */
export interface AssetSelection {
  workspaceId: string;
  sources: { id: string; assets: number }[];
  status: AssetFilter['status'];
  /** Where all assets of that status with keys in one range match: that range; null where more is asked of them. */
  range: KeyRange | null;
  /** Whether few assets have an index of their own that finds them. */
  isRare: boolean;
  /** Those of one source. */
  inSource(sourceId: string): Condition;
  /** Those of all sources. */
  everywhere: Condition;
  /** The same, but for the conditions on the values of facets, which stand in `facets`. */
  withoutFacets: Condition;
  facets: Partial<Record<AssetFacet, Condition>>;
  /** The same as what bitmaps say of assets with keys in `keys`; null where they say too little. */
  bits: FilterBits | null;
  keys: KeyRange;
}

/** @throws MooringError `not_found` for an unknown folder or dataset, `invalid_request` for texts that the database cannot hold. */
export async function selectAssets(
  db: Db,
  workspaceId: string,
  filter: AssetFilter,
): Promise<AssetSelection> {
  const { name, mediaType, codec, tier, tag, metadata } = filter;
  requireStorable({ name, mediaType, codec, tier, tag, metadata });
  const folder = filter.folderId === undefined ? null : await findFolder(db, workspaceId, filter.folderId);
  const place = (sources: Condition): Condition => {
    const inSources = sql<boolean>`a.workspace_id = ${workspaceId} and ${sources}`;
    if (!folder) return inSources;
    // Without the source, so that no other index than the folder's can serve it.
    if (!filter.recursive) return sql`a.workspace_id = ${workspaceId} and a.folder_id = ${folder.id}`;
    return sql`${inSources} and ${isBelow(folder.key_prefix)}`;
  };
  const facets = facetConditions(filter);
  const others = [...otherConditions(filter), ...(await elsewhere(db, workspaceId, filter))];
  const status = statusConditions(filter);
  const all = (conditions: Condition[]): Condition => sql`${sql.join(conditions, sql` and `)}`;
  const every = [...status, ...others, ...Object.values(facets)];
  const isPlain = every.length === status.length && (!folder || filter.recursive);
  const sources = await findSources(db, workspaceId, filter, folder?.source_id);
  const inSources = place(sql`a.source_id = any(${sources.map(({ id }) => id)}::text[])`);
  return {
    workspaceId,
    sources,
    status: filter.status,
    range: isPlain ? rangeBelow(folder?.key_prefix ?? '') : null,
    bits: bitsOf(filter),
    keys: rangeBelow(folder?.key_prefix ?? ''),
    isRare: Boolean(filter.failedRule || filter.profileResult === 'failing' || filter.warning),
    inSource: sourceId => all([place(sql`a.source_id = ${sourceId}`), ...every]),
    everywhere: all([inSources, ...every]),
    withoutFacets: all([inSources, ...status, ...others]),
    facets,
  };
}

const given = (conditions: (Condition | false | '' | undefined)[]): Condition[] =>
  conditions.filter(condition => typeof condition === 'object');

const statusConditions = ({ status }: AssetFilter): Condition[] =>
  given([status === 'present' && sql`a.gone_at is null`, status === 'gone' && sql`a.gone_at is not null`]);

/** Each condition on a fact says what its partial index says, so that the index can serve it. */
function facetConditions(filter: AssetFilter): AssetSelection['facets'] {
  const { kind, mediaType, codec, tier, archiveState, warning, profileResult, failedRule, tag } = filter;
  const isFailing = sql<boolean>`a.failed_rules is not null`;
  return {
    ...(kind && { kind: sql`${trueKind} = ${kind}` }),
    ...(mediaType && { mediaType: sql`${trueMediaType} = ${mediaType}` }),
    ...(codec && { codec: sql`${isProbed} and a.codec = ${codec}` }),
    ...(tier && { tier: sql`a.tier = ${tier}` }),
    ...(archiveState && { archiveState: sql`a.archive_state = ${archiveState}` }),
    ...(warning && {
      warning: sql`${isProbed} and a.media_warnings is not null
        and a.media_warnings @> ${JSON.stringify([{ code: warning }])}::jsonb`,
    }),
    ...(profileResult && {
      profileResult: profileResult === 'failing' ? isFailing : sql`a.failed_rules is null`,
    }),
    ...(failedRule && { failedRule: sql`${isFailing} and ${failedRule} = any(a.failed_rules)` }),
    ...(tag && { tag: sql`coalesce(${tag} = any(a.tags), false)` }),
  };
}

function otherConditions(filter: AssetFilter): Condition[] {
  const between = (value: RawBuilder<unknown>, least?: number, most?: number): Condition[] =>
    given([least !== undefined && sql`${value} >= ${least}`, most !== undefined && sql`${value} <= ${most}`]);
  const facts = [
    ...between(sql`a.width`, filter.minWidth, filter.maxWidth),
    ...between(sql`a.height`, filter.minHeight, filter.maxHeight),
    ...between(
      NUMBERS.duration,
      microsecondsOf(filter.minDurationSeconds),
      microsecondsOf(filter.maxDurationSeconds),
    ),
    ...between(sql`a.frames`, filter.minFrames, filter.maxFrames),
  ];
  const { name, metadata } = filter;
  const [from, before] = [momentOf(filter.modifiedFrom), momentOf(filter.modifiedBefore)];
  return given([
    ...between(sql`a.size_bytes`, filter.minSizeBytes, filter.maxSizeBytes),
    from && sql`a.last_modified >= ${from}::timestamptz`,
    before && sql`a.last_modified < ${before}::timestamptz`,
    ...facts,
    facts.length > 0 && isProbed,
    name && keyContains(name),
    metadata && metadataMatches(metadata),
  ]);
}

/** A folder of a source mirrors a directory of keys, so all that lies below it is one range of them. */
const rangeBelow = (directory: string): KeyRange => ({
  first: directory,
  end: directory === '' ? null : afterDirectory(directory),
});

/** What other tables say of assets: the members of a dataset, and the tasks of other tools. */
async function elsewhere(
  db: Db,
  workspaceId: string,
  { datasetId, annotated }: AssetFilter,
): Promise<Condition[]> {
  const version = datasetId === undefined ? null : await latestVersion(db, workspaceId, datasetId);
  const has = sql<boolean>`exists (select from connector_tasks t
    where t.workspace_id = a.workspace_id and t.asset_id = a.id and t.annotations > 0)`;
  return given([
    version !== null &&
      sql`exists (select from dataset_members m where m.workspace_id = a.workspace_id and m.dataset_id = ${datasetId}
        and m.source_id = a.source_id and m.number = a.number and m.from_version <= ${version}
        and (m.until_version is null or m.until_version > ${version}))`,
    annotated === 'yes' && has,
    annotated === 'no' && sql`not ${has}`,
  ]);
}

async function latestVersion(db: Db, workspaceId: string, datasetId: string): Promise<number> {
  const { rows } = await sql<{ latest_version: number }>`
    select latest_version from datasets
    where workspace_id = ${workspaceId} and id = ${datasetId} and removed_at is null`.execute(db);
  if (!rows[0]) throw notFound('dataset', datasetId);
  return rows[0].latest_version;
}

function isBelow(directory: string): Condition {
  const { first, end } = rangeBelow(directory);
  if (end === null) return sql`true`;
  return sql`left(a.key, 512) >= left(${first}, 512) and a.key >= ${first}
    and left(a.key, 512) <= left(${end}, 512) and a.key < ${end}`;
}

async function findFolder(db: Db, workspaceId: string, folderId: string) {
  const { rows } = await sql<{ id: string; source_id: string; key_prefix: string }>`
    select id, source_id, key_prefix from folders where workspace_id = ${workspaceId} and id = ${folderId}`.execute(
    db,
  );
  if (!rows[0]) throw notFound('folder', folderId);
  return rows[0];
}

async function findSources(
  db: Db,
  workspaceId: string,
  filter: AssetFilter,
  folderSourceId: string | undefined,
): Promise<AssetSelection['sources']> {
  const counted = { present: sql`asset_count`, gone: sql`gone_count`, any: sql`asset_count + gone_count` }[
    filter.status
  ];
  const conditions = given([
    sql`s.workspace_id = ${workspaceId} and (c.removed_at is null or c.assets_kept) and s.removed_at is null and ${counted} > 0`,
    filter.sourceId && sql`s.id = ${filter.sourceId}`,
    filter.connectionId && sql`s.connection_id = ${filter.connectionId}`,
    folderSourceId && sql`s.id = ${folderSourceId}`,
  ]);
  const { rows } = await sql<{ id: string; assets: number }>`
    select s.id, ${counted} as assets from sources s
    join connections c on c.workspace_id = s.workspace_id and c.id = s.connection_id
    where ${sql.join(conditions, sql` and `)} order by s.id collate "C"`.execute(db);
  return rows;
}
