import type { Asset, SyncCounts } from '@mooring/contract';
import type { Listed } from './listing.ts';
import { counts } from './sync.ts';

/** What the catalogue of a source has to hold after each sync, worked out from the listings of its container alone. */
export function createExpectedCatalogue() {
  const rows = new Map<string, Listed & { status: 'present' | 'gone' }>();
  /** The id that an asset was first seen with: it keeps it. */
  const ids = new Map<string, string>();

  return {
    /** What the next sync has to find and do. */
    listed(container: Map<string, Listed>): SyncCounts {
      const found = counts({ listed: container.size });
      for (const [key, object] of container) {
        const row = rows.get(key);
        if (!row) found.added++;
        else if (row.status === 'gone') found.restored++;
        else if (row.etag !== object.etag) found.changed++;
        else found.unchanged++;
        rows.set(key, { ...object, status: 'present' });
      }
      for (const [key, row] of rows) {
        if (container.has(key) || row.status === 'gone') continue;
        row.status = 'gone';
        found.removed++;
      }
      return found;
    },

    /** What differs from it, in words. */
    differences(assets: readonly Asset[]): string[] {
      const differences: string[] = [];
      const seen = new Set<string>();
      for (const { id, key, etag, sizeBytes, status } of assets) {
        const row = rows.get(key);
        const expected = row && { etag: row.etag, sizeBytes: row.sizeBytes, status: row.status };
        if (seen.has(key)) differences.push(`${key} is there twice`);
        seen.add(key);
        const actual = { etag, sizeBytes, status };
        if (JSON.stringify(actual) !== JSON.stringify(expected))
          differences.push(`${key} is ${JSON.stringify(actual)}, not ${JSON.stringify(expected)}`);
        if ((ids.get(key) ?? id) !== id) differences.push(`${key} has another id than before`);
        ids.set(key, id);
      }
      for (const key of rows.keys()) if (!seen.has(key)) differences.push(`${key} is missing`);
      return differences;
    },

    /** Keys and sizes of those that are present. */
    present: (): [string, Listed][] => [...rows].filter(([, { status }]) => status === 'present'),
    gone: (): number => [...rows.values()].filter(({ status }) => status === 'gone').length,
  };
}
