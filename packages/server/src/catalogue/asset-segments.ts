import { type RawBuilder, sql } from 'kysely';
import type { AssetSelection } from './asset-filter.ts';
import type { Trx } from './db.ts';

/**
 * The assets of a source are numbered as they come, and keep their numbers. So many of them are a segment: one bit each,
 * and 1 KiB a bitmap. Migration 0025 knows it too.
 */
export const SEGMENT = 8192;

/**
 * Takes numbers for new assets of a source. The caller holds the source's lock.
 * @returns the first of them
 */
export async function takeNumbers(
  trx: Trx,
  source: { workspaceId: string; id: string },
  count: number,
): Promise<number> {
  if (count === 0) return 0;
  const { rows } = await sql<{ first: number }>`
    with taken as (
      update sources set next_number = next_number + ${count}
      where workspace_id = ${source.workspaceId} and id = ${source.id}
      returning next_number - ${count} as first
    ), touched as (
      insert into asset_segments (workspace_id, source_id, segment)
      select ${source.workspaceId}, ${source.id}, segment
      from taken, generate_series(first / ${SEGMENT}, (first + ${count} - 1) / ${SEGMENT}) as segment
      on conflict (workspace_id, source_id, segment) do update set built = false where asset_segments.built
    )
    select first from taken`.execute(trx);
  return rows[0]!.first;
}

/** A segment whose rows have to be read. */
export interface Part {
  sourceId: string;
  segment: number;
}

/** How bitmaps answer: of which `asset_segments s` they say all, and of which the rows have to be read. */
export interface Segments {
  isWhole: RawBuilder<boolean>;
  parts: Part[];
}

/** The rows of more segments are not read for an answer. */
const MOST_PARTS = 6;

/**
 * How bitmaps answer a selection. The segments of which the rows have to be read have changed lately, or only some of
 * their keys are asked for.
 * @param facets which facets the answer looks at: those with too many values have no bitmaps
 * @returns null where there are too many of these, or bitmaps cannot say
 */
export async function divideSegments(
  trx: Trx,
  { workspaceId, sources, bits, keys }: AssetSelection,
  facets: readonly string[],
): Promise<Segments | null> {
  if (!bits) return null;
  const ofSources = sql`s.workspace_id = ${workspaceId} and s.source_id = any(${sources.map(({ id }) => id)}::text[])`;
  const { first, end } = keys;
  const isWhole = sql<boolean>`(s.built and coalesce(not s.crowded && ${[...facets]}::text[], true)
    and s.first_key >= ${first} and (${end}::text is null or s.last_key < ${end}))`;
  const isOutside = sql`(s.built and (s.last_key < ${first} or s.first_key >= ${end}))`;
  const { rows: parts } = await sql<Part>`
    select s.source_id as "sourceId", s.segment from asset_segments s
    where ${ofSources} and ${isWhole} is not true and ${isOutside} is not true limit ${MOST_PARTS + 1}`.execute(
    trx,
  );
  return parts.length > MOST_PARTS ? null : { isWhole: sql`${ofSources} and ${isWhole}`, parts };
}

/** A query of all assets in these segments. */
export const rowsOfParts = (workspaceId: string, parts: readonly Part[]): RawBuilder<unknown> => sql`
  select a.* from unnest(
    ${parts.map(({ sourceId }) => sourceId)}::text[], ${parts.map(({ segment }) => segment)}::int4[]
  ) as p (source_id, segment)
  join assets a on a.workspace_id = ${workspaceId} and a.source_id = p.source_id
    and a.number >= p.segment * ${SEGMENT} and a.number < (p.segment + 1) * ${SEGMENT}`;
