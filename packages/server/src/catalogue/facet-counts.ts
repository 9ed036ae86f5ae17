import { ASSET_FACETS, type AssetFacet } from '@mooring/contract';
import { compareUtf8 } from '@mooring/storage/server';

export const MOST_CHOICES = 50;

type Choices = Record<AssetFacet, { value: string; count: number }[]>;
/** How many assets match, and of each facet how many with each value, the most frequent first. */
export interface Counted {
  total: number;
  facets: Choices;
}

/** A facet of null: of all that match. */
export interface CountRow {
  facet: AssetFacet | null;
  value: string;
  count: number;
}

/** @param rows of sets of assets that share none: counts of the same value are added */
export function countedOf(rows: readonly CountRow[]): Counted {
  const byFacet = Map.groupBy(rows, ({ facet }) => facet);
  const choicesOf = (facet: AssetFacet) =>
    [...Map.groupBy(byFacet.get(facet) ?? [], ({ value }) => value)]
      .map(([value, same]) => ({ value, count: sumOf(same) }))
      .sort((one, other) => other.count - one.count || compareUtf8(one.value, other.value))
      .slice(0, MOST_CHOICES);
  return {
    total: sumOf(byFacet.get(null) ?? []),
    facets: Object.fromEntries(ASSET_FACETS.map(facet => [facet, choicesOf(facet)])) as Choices,
  };
}

const sumOf = (rows: readonly CountRow[]): number => rows.reduce((sum, { count }) => sum + count, 0);
