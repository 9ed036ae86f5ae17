import type { Asset, Operation, Source, SyncCounts } from '@mooring/contract';
import type { MooringClient } from '@mooring/sdk';

/** Syncs a source and waits for the end, which has to be a success. */
export async function sync(client: MooringClient, { id }: Pick<Source, 'id'>): Promise<Operation> {
  const started = await client.call('syncSource', { params: { sourceId: id } });
  const operation = await client.watchOperation(started.id);
  if (operation.status === 'succeeded') return operation;
  throw new Error(`The sync ended as ${operation.status}: ${operation.problem?.detail}`);
}

/** Makes a connection and a source of the whole of it. */
export async function connect(
  client: MooringClient,
  body: Parameters<typeof client.call<'createConnection'>>[1]['body'],
): Promise<Source> {
  const { id } = await client.call('createConnection', { body });
  return client.call('createSource', { body: { connectionId: id } });
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
  { id }: Pick<Source, 'id'>,
  query: { status?: 'present' | 'gone' | 'any'; limit?: number } = {},
): Promise<Asset[]> =>
  Array.fromAsync(client.pages('listAssets', { query: { sourceId: id, limit: 1000, ...query } }));
