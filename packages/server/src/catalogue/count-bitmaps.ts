import { ASSET_FACETS, type AssetFacet } from '@mooring/contract';
import { sql } from 'kysely';
import { allOf, type Bits } from './asset-bits.ts';
import type { AssetSelection } from './asset-filter.ts';
import { divideSegments, rowsOfParts } from './asset-segments.ts';
import { findCandidates } from './candidates.ts';
import { countRows, readCounts } from './count-rows.ts';
import type { Trx } from './db.ts';
import { type Counted, type CountRow, countedOf } from './facet-counts.ts';

/** Of so many assets, of which bitmaps do not know it for sure, the rows are read. */
const MOST_ROWS = 50_000;

/** Counts in bitmaps, and the rows of the few segments of which they do not hold; null where there are more. */
export async function countByBitmaps(trx: Trx, selection: AssetSelection): Promise<Counted | null> {
  if (!selection.bits) return null;
  const { others, facets, isExact } = selection.bits;
  if (!isExact) return countCandidates(trx, selection, others);
  const segments = await divideSegments(trx, selection, ASSET_FACETS);
  if (!segments) return null;
  const filtered = ASSET_FACETS.filter(facet => facets[facet]);
  const matches = (facet: AssetFacet): Bits => sql.ref(`matches_${facet}`);
  const matchesAll = (but?: AssetFacet) =>
    allOf([sql`others`, ...filtered.filter(facet => facet !== but).map(matches)]);
  const matching = filtered.map(facet => sql`, ${facets[facet]!} as ${matches(facet)}`);
  // The counts of a facet are those of the assets that match all filters but its own.
  const chosen = filtered.map(facet => sql`when ${facet} then ${matchesAll(facet)}`);
  const bitsOfFacet =
    chosen.length > 0 ? sql`case b.name ${sql.join(chosen, sql` `)} else ${matchesAll()} end` : matchesAll();
  const { rows } = await sql<CountRow>`
    with m as materialized (
      select s.source_id, s.segment, ${others} as others ${sql.join(matching, sql``)}
      from asset_segments s where ${segments.isWhole}
    )
    select null as facet, null as value, coalesce(sum(bit_count(${matchesAll()})), 0)::int8 as count from m
    union all
    select * from (
      select b.name, b.value, sum(bit_count(b.bits[1] & ${bitsOfFacet}))::int8 as count
      from m join asset_bitmaps b on b.workspace_id = ${selection.workspaceId} and b.source_id = m.source_id
        and b.segment = m.segment and b.name = any(${[...ASSET_FACETS]}::text[])
      group by b.name, b.value
    ) c where count > 0`.execute(trx);
  if (segments.parts.length === 0) return countedOf(rows);
  const ofParts = sql`(${rowsOfParts(selection.workspaceId, segments.parts)}) a`;
  return countedOf([...rows, ...(await readCounts(trx, selection, ofParts, null))]);
}

/** Where bitmaps have a few assets too many, the rows say which. */
async function countCandidates(trx: Trx, selection: AssetSelection, bits: Bits): Promise<Counted | null> {
  const segments = await divideSegments(trx, selection, []);
  const candidates = segments && (await findCandidates(trx, selection.workspaceId, segments, bits));
  if (!candidates || candidates.count > MOST_ROWS) return null;
  return countRows(trx, selection, sql`${candidates.rows} a`);
}
