import type { AssetKind, AssetMedia, KnownFacts, MediaProblem, MediaWarning } from '@mooring/contract';
import { type RawBuilder, type Selectable, sql } from 'kysely';
import type { Db, Trx } from './db.ts';
import { judgeAssets } from './judge.ts';
import type { Schema } from './schema.ts';
import type { LockedSource } from './source-lock.ts';

type AssetRow = Selectable<Schema['assets']>;

/** What a probe needs to know of an asset. */
export interface AssetToProbe {
  id: string;
  key: string;
  etag: string;
  sizeBytes: number;
}

/** What was learned of an asset as it was with this ETag. */
export interface LearnedMedia {
  assetId: string;
  etag: string;
  facts: KnownFacts | null;
  warnings: readonly MediaWarning[];
  problem: MediaProblem | null;
}

export type ProbeWhich = 'new' | 'failed' | 'all';

/** Assets that a probe has to look at: present, readable, and not looked at since it began. */
function isToProbe(which: ProbeWhich, startedAt: Date): RawBuilder<boolean> {
  const isNew = sql`a.probed_etag is distinct from a.etag`;
  const since = sql`a.probed_at < ${startedAt}`;
  const conditions = {
    new: isNew,
    failed: sql`(${isNew} or (a.media_problem is not null and ${since}))`,
    all: sql`(${isNew} or ${since})`,
  };
  return sql`a.gone_at is null and a.archive_state <> 'archived' and ${conditions[which]}`;
}

interface ToProbe {
  workspaceId: string;
  sourceId: string;
  which: ProbeWhich;
  startedAt: Date;
}

export async function countToProbe(
  db: Db | Trx,
  { workspaceId, sourceId, which, startedAt }: ToProbe,
): Promise<number> {
  const { rows } = await sql<{ count: number }>`
    select count(*)::int8 as count from assets a
    where a.workspace_id = ${workspaceId} and a.source_id = ${sourceId} and ${isToProbe(which, startedAt)}`.execute(
    db,
  );
  return rows[0]!.count;
}

/** The next assets to probe after a key, in the order of keys. */
export async function readToProbe(
  db: Db,
  { workspaceId, sourceId, which, startedAt }: ToProbe,
  after: string,
  limit: number,
): Promise<AssetToProbe[]> {
  const { rows } = await sql<AssetToProbe>`
    select * from (
      select a.id, a.key, a.etag, a.size_bytes as "sizeBytes" from assets a
      where a.workspace_id = ${workspaceId} and a.source_id = ${sourceId}
        and left(a.key, 512) >= left(${after}, 512) and a.key > ${after} and ${isToProbe(which, startedAt)}
      order by left(a.key, 512) fetch first (${limit}) rows with ties
    ) a order by a.key limit ${limit}`.execute(db);
  return rows;
}

/** What a file says beyond that stays among the facts, and is not filtered by. */
const MOST_PIXELS = 2 ** 31 - 1;

/**
 * Writes what was learned of assets of a source, and judges them by its profile. Assets that have another ETag by now
 * stay as they are: they are to be probed again.
 * @param now when it was learned
 * @returns the ids that were written
 */
export async function writeMedia(
  trx: Trx,
  source: LockedSource,
  learned: readonly LearnedMedia[],
  now: Date,
): Promise<Set<string>> {
  const pixels = (count: number | null | undefined) => (count && count <= MOST_PIXELS ? count : null);
  const json = (value: object | null) => value && JSON.stringify(value, storable);
  const { rows } = await sql<{ id: string }>`
    update assets a set probed_etag = n.etag, probed_at = ${now}, media = n.media, media_warnings = n.warnings,
      media_problem = n.problem, media_kind = n.kind, width = n.width, height = n.height,
      duration_seconds = n.duration, frames = n.frames, media_type = n.media_type, codec = n.codec
    from unnest(
      ${learned.map(({ assetId }) => assetId)}::text[],
      ${learned.map(({ etag }) => etag)}::text[],
      ${learned.map(({ facts }) => json(facts))}::jsonb[],
      ${learned.map(({ warnings }) => (warnings.length > 0 ? json([...warnings]) : null))}::jsonb[],
      ${learned.map(({ problem }) => json(problem))}::jsonb[],
      ${learned.map(({ facts }) => facts?.kind ?? null)}::text[],
      ${learned.map(({ facts }) => pixels(facts?.width))}::int4[],
      ${learned.map(({ facts }) => pixels(facts?.height))}::int4[],
      ${learned.map(({ facts }) => facts?.durationSeconds ?? null)}::float8[],
      ${learned.map(({ facts }) => facts?.frames ?? null)}::int8[],
      ${learned.map(({ facts }) => facts && storable('', facts.mediaType))}::text[],
      ${learned.map(({ facts }) => storable('', facts?.codec ?? null))}::text[]
    ) as n (id, etag, media, warnings, problem, kind, width, height, duration, frames, media_type, codec)
    where a.workspace_id = ${source.workspaceId} and a.source_id = ${source.id} and a.id = n.id and a.etag = n.etag
    returning a.id`.execute(trx);
  const written = rows.map(({ id }) => id);
  await judgeAssets(trx, source, written);
  return new Set(written);
}

/** What is known of an asset as it is now; null where it was not probed since it came or changed. */
export const mediaOf = (row: AssetRow): AssetMedia | null =>
  row.probed_etag !== row.etag
    ? null
    : {
        facts: row.media,
        warnings: row.media_warnings ?? [],
        problem: row.media_problem,
        probedAt: row.probed_at!.toISOString(),
      };

/** By content where that is known. */
export const kindOfRow = (row: AssetRow): AssetKind =>
  ((row.probed_etag === row.etag && row.media_kind) || row.kind) as AssetKind;

/** PostgreSQL's JSON has no NUL and no lone surrogates. Files can have both, such as in the names of columns. */
export const storable = (_name: string, value: unknown): unknown =>
  typeof value === 'string' ? value.toWellFormed().replaceAll('\0', '\ufffd') : value;
