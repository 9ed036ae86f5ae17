import { ASSET_FACETS, type AssetFacet } from '@mooring/contract';
import { compareUtf8 } from '@mooring/storage/server';

const MOST_CHOICES = 50;

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

export function countedOf(rows: readonly CountRow[]): Counted {
  const total = rows.find(({ facet }) => facet === null)!.count;
  const ofFacet = (facet: AssetFacet) => mostFrequent(rows.filter(row => row.facet === facet));
  return { total, facets: Object.fromEntries(ASSET_FACETS.map(facet => [facet, ofFacet(facet)])) as Choices };
}

/** Of two sets of assets that share none. */
export function summed(one: Counted, other: Counted): Counted {
  const ofFacet = (facet: AssetFacet) => {
    const counts = new Map<string, number>();
    for (const { value, count } of [...one.facets[facet], ...other.facets[facet]])
      counts.set(value, (counts.get(value) ?? 0) + count);
    return mostFrequent([...counts].map(([value, count]) => ({ value, count })));
  };
  const facets = Object.fromEntries(ASSET_FACETS.map(facet => [facet, ofFacet(facet)])) as Choices;
  return { total: one.total + other.total, facets };
}

const mostFrequent = (choices: readonly { value: string; count: number }[]) =>
  choices
    .map(({ value, count }) => ({ value, count }))
    .sort((one, other) => other.count - one.count || compareUtf8(one.value, other.value))
    .slice(0, MOST_CHOICES);
