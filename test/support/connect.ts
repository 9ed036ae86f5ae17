import type { Connection, ConnectionCreate, Source } from '@mooring/contract';
import type { Storage } from '@mooring/emulators';
import type { MooringClient } from '@mooring/sdk';

export const locationOf = ({ endpoint, account, container }: Storage): ConnectionCreate['location'] => ({
  endpoint,
  account: account.name,
  container,
});

/** What to ask for to connect the storage with its app registration: browsers load straight from it. */
export const withApp = (storage: Storage): ConnectionCreate => ({
  name: 'Acme',
  location: locationOf(storage),
  credential: { kind: 'azure-app', ...storage.app },
});

/** The same, with a server that never sends a request to the data. */
export const withAppClientOnly = (storage: Storage): ConnectionCreate => ({
  ...withApp(storage),
  accessMode: 'client-only',
});

/** What to ask for to connect the storage with an account SAS: browsers load through Mooring. */
export const withSas = (storage: Storage, sasToken: string = storage.sas()): ConnectionCreate => ({
  name: 'Acme by SAS',
  location: locationOf(storage),
  credential: { kind: 'azure-sas', sasToken },
});

/** What to ask for to connect the storage with a second SAS that only reads: browsers load straight from it. */
export const withTwoSas = (storage: Storage): ConnectionCreate => ({
  name: 'Acme by two SAS',
  location: locationOf(storage),
  credential: {
    kind: 'azure-sas',
    sasToken: storage.sas(),
    deliverySasToken: storage.sas({ permissions: 'r', resourceTypes: 'o' }),
  },
});

/**
 * Connects the storage, with its app registration by default, and makes a source of the container. The source is not
 * probed by itself, so that its syncs are its only operations.
 */
export async function connect(
  client: MooringClient,
  storage: Storage,
  body: ConnectionCreate = withApp(storage),
): Promise<{ connection: Connection; source: Source }> {
  const connection = await client.call('createConnection', { body });
  const source = await client.call('createSource', {
    body: { connectionId: connection.id, probes: false },
  });
  return { connection, source };
}
