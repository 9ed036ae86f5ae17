import type { Connection, Operation, Source } from '@mooring/contract';
import type { Storage } from '@mooring/emulators';
import type { MooringClient } from '@mooring/sdk';

/** What to ask for to connect the storage with its app registration. */
export const withApp = (storage: Storage) => ({
  name: 'Acme',
  location: locationOf(storage),
  credential: { kind: 'azure-app' as const, ...storage.app },
});

/** What to ask for to connect the storage with an account SAS. */
export const withSas = (storage: Storage, sasToken: string = storage.sas()) => ({
  name: 'Acme by SAS',
  location: locationOf(storage),
  credential: { kind: 'azure-sas' as const, sasToken },
});

const locationOf = ({ endpoint, account, container }: Storage) => ({
  endpoint,
  account: account.name,
  container,
});

/** Connects the storage with its app registration and makes a source of the whole container. */
export async function connect(
  client: MooringClient,
  storage: Storage,
): Promise<{ connection: Connection; source: Source }> {
  const connection = await client.call('createConnection', { body: withApp(storage) });
  const source = await client.call('createSource', { body: { connectionId: connection.id } });
  return { connection, source };
}

/** Syncs a source and waits for the end, whatever it is. */
export async function sync(client: MooringClient, sourceId: string): Promise<Operation> {
  const { id } = await client.call('syncSource', { params: { sourceId } });
  return client.watchOperation(id);
}
