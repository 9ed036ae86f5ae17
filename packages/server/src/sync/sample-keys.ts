import { isStorable, MOST_KEY_CHARACTERS } from '../catalogue/storable.ts';
import type { Merge } from './merge-rows.ts';
import type { Skipped } from './skip-reason.ts';
import type { Samples } from './sync-ranges.ts';

/** Of each sort. */
const MOST = 20;

export const noSamples = (): Samples => ({ added: [], changed: [], restored: [], removed: [], skipped: [] });

/** Keeps some keys of each sort of what a dry run found. */
export function addSamples(
  samples: Samples | null,
  merges: readonly Merge[],
  skipped: readonly Skipped[],
): Samples {
  const updated = merges.flatMap(merged => merged.updated);
  const found: Samples = {
    added: merges.flatMap(merged => merged.added.slice(0, MOST)).map(({ key }) => ({ key })),
    changed: updated.filter(({ asset }) => asset.gone_at === null).map(({ asset }) => ({ key: asset.key })),
    restored: updated.filter(({ asset }) => asset.gone_at !== null).map(({ asset }) => ({ key: asset.key })),
    removed: [],
    skipped: skipped.map(({ key, reason }) => ({ key: shown(key), reason })),
  };
  return joinSamples([samples ?? noSamples(), found]);
}

/** The first of each sort. */
export function joinSamples(all: readonly Samples[]): Samples {
  const joined = noSamples();
  for (const name of Object.keys(joined) as (keyof Samples)[])
    joined[name] = all.flatMap(samples => samples[name]).slice(0, MOST);
  return joined;
}

/** A key, or the beginning of one that is too long for any service. */
export const shortened = (key: string): string =>
  key.length <= 2 * MOST_KEY_CHARACTERS ? key : `${key.slice(0, MOST_KEY_CHARACTERS)}…`;

/** A key as JSON in the database can hold it. */
function shown(key: string): string {
  const kept = shortened(key);
  return isStorable(kept) ? kept : JSON.stringify(kept);
}
