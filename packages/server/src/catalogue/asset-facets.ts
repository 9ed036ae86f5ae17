import { ASSET_FACETS, type AssetFacet, type AssetFacets, type AssetFilter } from '@mooring/contract';
import { type RawBuilder, sql } from 'kysely';
import { type AssetSelection, selectAssets } from './asset-filter.ts';
import { searchTooSlow, startSearch, within } from './bounded.ts';
import type { Db } from './db.ts';
import { isProbed, trueKind, trueMediaType } from './facts-sql.ts';

/** Of so many assets all are counted at once. */
const FEW_ASSETS = 50_000;
/** About so many rows are a sample: a share of a tenth is then right to within 0.5 percentage points. */
const SAMPLE_ROWS = 20_000;
/** So long it may take to count all where that is likely to be quick. Then a sample answers. */
const COUNT_MS = 150;
/** Fewer assets in a sample say little. */
const FEWEST_IN_SAMPLE = 50;
const MOST_CHOICES = 50;

/** What an asset counts as; an array where it can be several. */
const VALUES: Record<AssetFacet, RawBuilder<unknown>> = {
  kind: trueKind,
  mediaType: trueMediaType,
  codec: sql`case when ${isProbed} then a.codec end`,
  tier: sql`a.tier`,
  archiveState: sql`a.archive_state`,
  warning: sql`case when ${isProbed} then
    (select array_agg(distinct w ->> 'code') from jsonb_array_elements(a.media_warnings) as w) end`,
  profileResult: sql`case when a.failed_rules is null then 'passing' else 'failing' end`,
  failedRule: sql`a.failed_rules`,
};
const SEVERAL = new Set<AssetFacet>(['warning', 'failedRule']);

interface Counted {
  total: number;
  facets: Record<AssetFacet, { value: string; count: number }[]>;
}

/**
 * How many assets match, and how many there would be with each other choice of a filter. Few assets are counted; of
 * many a sample is.
 * @throws MooringError `not_found` for an unknown folder, `search_too_slow`
 */
export async function assetFacets(db: Db, workspaceId: string, filter: AssetFilter): Promise<AssetFacets> {
  const selection = await selectAssets(db, workspaceId, filter);
  const leftMs = startSearch();
  const all = selection.sources.reduce((sum, { assets }) => sum + assets, 0);
  const exactly = (ms: number) => within(db, ms, trx => count(trx, selection, sql`assets a`));
  const isFew = all <= FEW_ASSETS;
  if (isFew || selection.isRare) {
    const counted = await exactly(isFew ? leftMs() : COUNT_MS);
    if (counted) return { ...counted, estimated: false };
    if (isFew) throw searchTooSlow();
  }
  const percent = await samplePercent(db);
  const sample = sql`assets a tablesample system (${percent}) repeatable (1)`;
  const sampled = await within(db, leftMs(), trx => count(trx, selection, sample));
  if (!sampled) throw searchTooSlow();
  if (sampled.total < FEWEST_IN_SAMPLE) {
    const counted = await exactly(Math.min(COUNT_MS, leftMs()));
    if (counted) return { ...counted, estimated: false };
  }
  return { ...scaled(sampled, 100 / percent, all), estimated: true };
}

/** @param assets `a`: the table, or a sample of it */
async function count(db: Db, selection: AssetSelection, assets: RawBuilder<unknown>): Promise<Counted> {
  const matches = (facet: AssetFacet) => sql.ref(`matches_${facet}`);
  const matchesAll = (facets: readonly AssetFacet[]) =>
    sql.join(facets.length > 0 ? facets.map(matches) : [sql`true`], sql` and `);
  const columns = ASSET_FACETS.map(
    facet =>
      sql`${VALUES[facet]} as ${sql.ref(facet)}, ${selection.facets[facet] ?? sql`true`} as ${matches(facet)}`,
  );
  // The counts of a facet are those of the assets that match all filters but its own.
  const counts = ASSET_FACETS.map(facet => {
    const value = SEVERAL.has(facet) ? sql`unnest(${sql.ref(facet)})` : sql.ref(facet);
    const others = matchesAll(ASSET_FACETS.filter(other => other !== facet));
    return sql`(
      select ${facet}::text as facet, value, count(*) as count
      from (select ${value} as value from matching where ${others}) v where value is not null
      group by value order by count desc, value limit ${MOST_CHOICES})`;
  });
  const { rows } = await sql<{ facet: AssetFacet | null; value: string; count: number }>`
    with matching as materialized (
      select ${sql.join(columns)} from ${assets} where ${selection.withoutFacets}
    )
    select null::text as facet, null::text as value, count(*) as count
    from matching where ${matchesAll(ASSET_FACETS)}
    union all ${sql.join(counts, sql` union all `)}`.execute(db);
  const facets = Object.fromEntries(ASSET_FACETS.map(facet => [facet, []])) as unknown as Counted['facets'];
  let total = 0;
  for (const { facet, value, count } of rows) {
    if (facet === null) total = count;
    else facets[facet].push({ value, count });
  }
  return { total, facets };
}

/** The share of the table, in percent, that has about as many rows as a sample. */
async function samplePercent(db: Db): Promise<number> {
  const { rows } = await sql<{ rows: number }>`
    select reltuples::float8 as rows from pg_class where oid = 'assets'::regclass`.execute(db);
  return Math.min(100, Math.max(0.01, (100 * SAMPLE_ROWS) / Math.max(1, rows[0]!.rows)));
}

/** Rounded to two digits, and never more than there are. */
function scaled({ total, facets }: Counted, factor: number, most: number): Counted {
  const scale = (count: number) => Math.min(most, Number((count * factor).toPrecision(2)));
  const entries = Object.entries(facets).map(([facet, choices]) => [
    facet,
    choices.map(({ value, count }) => ({ value, count: scale(count) })),
  ]);
  return { total: scale(total), facets: Object.fromEntries(entries) as Counted['facets'] };
}
