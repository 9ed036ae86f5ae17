import { ASSET_FACETS, type AssetFacet } from '@mooring/contract';
import { type RawBuilder, sql } from 'kysely';
import type { AssetSelection } from './asset-filter.ts';
import type { Trx } from './db.ts';
import { type Counted, type CountRow, countedOf, MOST_CHOICES } from './facet-counts.ts';
import { FACET_VALUES } from './facts-sql.ts';

/** Of these an asset can have several values. */
const SEVERAL = new Set<AssetFacet>(['warning', 'failedRule', 'tag']);

/**
 * Counts by reading rows.
 * @param assets `a`: the table, or a part of it
 */
export const countRows = async (
  trx: Trx,
  selection: AssetSelection,
  assets: RawBuilder<unknown>,
): Promise<Counted> => countedOf(await readCounts(trx, selection, assets, MOST_CHOICES));

/** @param mostChoices of each facet, the most frequent; null: all, so that other counts can be added */
export async function readCounts(
  trx: Trx,
  selection: AssetSelection,
  assets: RawBuilder<unknown>,
  mostChoices: number | null,
): Promise<CountRow[]> {
  const matches = (facet: AssetFacet) => sql.ref(`matches_${facet}`);
  const matchesAll = (facets: readonly AssetFacet[]) =>
    sql.join(facets.length > 0 ? facets.map(matches) : [sql`true`], sql` and `);
  const columns = ASSET_FACETS.map(
    facet =>
      sql`${FACET_VALUES[facet]} as ${sql.ref(facet)}, ${selection.facets[facet] ?? sql`true`} as ${matches(facet)}`,
  );
  // The counts of a facet are those of the assets that match all filters but its own.
  const counts = ASSET_FACETS.map(facet => {
    const value = SEVERAL.has(facet) ? sql`unnest(${sql.ref(facet)})` : sql.ref(facet);
    const others = matchesAll(ASSET_FACETS.filter(other => other !== facet));
    return sql`(
      select ${facet}::text as facet, value, count(*) as count
      from (select ${value} as value from matching where ${others}) v where value is not null
      group by value order by count desc, value limit ${mostChoices}::int4)`;
  });
  const { rows } = await sql<CountRow>`
    with matching as materialized (
      select ${sql.join(columns)} from ${assets} where ${selection.withoutFacets}
    )
    select null::text as facet, null::text as value, count(*) as count
    from matching where ${matchesAll(ASSET_FACETS)}
    union all ${sql.join(counts, sql` union all `)}`.execute(trx);
  return rows;
}
