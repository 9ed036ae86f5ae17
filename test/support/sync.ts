import type { Asset, Operation, SyncCounts } from '@mooring/contract';
import type { MooringClient } from '@mooring/sdk';

/** Syncs a source and waits until it has succeeded, failed or been cancelled. */
export async function sync(client: MooringClient, sourceId: string): Promise<Operation> {
  const { id } = await client.call('syncSource', { params: { sourceId } });
  return client.watchOperation(id);
}

/** Counts of a sync; those that are not named are 0. */
export const counts = (some: Partial<SyncCounts>): SyncCounts => ({
  listed: 0,
  added: 0,
  changed: 0,
  removed: 0,
  restored: 0,
  unchanged: 0,
  skipped: 0,
  ...some,
});

/** Every asset of a source, in order. */
export const assetsOf = (
  client: MooringClient,
  sourceId: string,
  query: { status?: 'present' | 'gone' | 'any'; limit?: number } = {},
): Promise<Asset[]> =>
  Array.fromAsync(client.pages('listAssets', { query: { sourceId, limit: 1000, ...query } }));
