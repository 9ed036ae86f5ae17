import type { ConnectionCreate } from '@mooring/contract';
import type { Storage } from '@mooring/emulators';

const IN_DAYS = 86_400_000;

/** When a token expires that nobody has to worry about. */
export const farAway = (): Date => new Date(Date.now() + 60 * IN_DAYS);

export const locationOf = ({ account, endpoint, container }: Storage): ConnectionCreate['location'] => ({
  account: account.name,
  endpoint,
  container,
});

/** What creates a connection by app registration: browsers load straight from the storage. */
export const appConnection = (storage: Storage, name = 'by app'): ConnectionCreate => ({
  name,
  location: locationOf(storage),
  credential: { kind: 'azure-app', ...storage.app },
});

/** What creates a connection by account SAS: browsers load through Mooring. */
export const sasConnection = (storage: Storage, name = 'by SAS'): ConnectionCreate => ({
  name,
  location: locationOf(storage),
  credential: { kind: 'azure-sas', sasToken: storage.sas({ expiresOn: farAway() }) },
});

/** A token that grants nothing but reading objects, so that it may be handed to browsers. */
export const deliverySas = (storage: Storage): string =>
  storage.sas({ permissions: 'r', resourceTypes: 'o', expiresOn: farAway() });

/** What creates a connection by two SAS tokens: browsers load straight from the storage. */
export const twoSasConnection = (storage: Storage, name = 'by two SAS'): ConnectionCreate => ({
  name,
  location: locationOf(storage),
  credential: {
    kind: 'azure-sas',
    sasToken: storage.sas({ expiresOn: farAway() }),
    deliverySasToken: deliverySas(storage),
  },
});
