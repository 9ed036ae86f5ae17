import { randomBytes, randomUUID } from 'node:crypto';
import type { ConnectionCreate } from '@mooring/contract';
import {
  type Application,
  type AzureFront,
  createOwner,
  mintAccountSas,
  type RoleAssignment,
  type StorageAccount,
  startAzureFront,
} from '@mooring/emulators';
import { CONTAINER, type Ground, PICTURE, PREFIX } from '../place.ts';

export interface AzurePlaceOptions {
  now?: () => Date;
  secure?: boolean;
}

/**
 * A storage account, its front and an app registration for one cause alone, on which nothing is wrong yet: the app
 * has its roles, pages are allowed, and there is a picture to read.
 */
export async function createAzurePlace(
  ground: Ground,
  account: StorageAccount,
  options: AzurePlaceOptions = {},
) {
  const { azurite, certificates, entra, tenant, origin } = ground;
  const front: AzureFront = await startAzureFront({
    ...{ azurite, certificates, accounts: [account], entra, tenant },
    ...options,
  });
  const owner = createOwner(azurite, certificates, account);
  const objectId = randomUUID();
  const clientSecret = `abc8Q~${randomBytes(26).toString('base64url').slice(0, 34)}`;
  const application: Application = {
    clientId: randomUUID(),
    secrets: [{ value: clientSecret }],
    servicePrincipals: { [tenant]: objectId },
  };
  entra.applications.push(application);
  const grant = (...actions: RoleAssignment['actions'][number][]): void => {
    front.settings.roleAssignments = [{ principalId: objectId, actions }];
  };
  grant('list', 'read', 'delegate');
  await owner.createContainer(CONTAINER);
  await owner.put(CONTAINER, { key: `${PREFIX}a.png`, body: PICTURE, contentType: 'image/png' });
  await owner.setCorsRules([{ origins: [origin] }]);
  const stops: (() => Promise<unknown>)[] = [() => owner.close(), () => front.stop()];

  return {
    ...ground,
    account,
    front,
    owner,
    application,
    grant,
    allowAll: () => grant('list', 'read', 'delegate', 'write', 'delete'),
    app: { kind: 'azure-app', tenantId: tenant, clientId: application.clientId, clientSecret } as const,
    /** The usual connection: the app registration, and the picture's folder. */
    connection: {
      name: account.name,
      location: {
        account: account.name,
        endpoint: front.endpoint(account.name),
        container: CONTAINER,
        prefix: PREFIX,
      },
      credential: { kind: 'azure-app', tenantId: tenant, clientId: application.clientId, clientSecret },
    } satisfies ConnectionCreate,
    put: (object: Parameters<typeof owner.put>[1]) => owner.put(CONTAINER, object),
    remove: (key: string) => owner.remove(CONTAINER, key),
    /** With a token of the account in the place of the app. */
    withSas: (fields?: Parameters<typeof mintAccountSas>[1]) => ({
      credential: { kind: 'azure-sas' as const, sasToken: mintAccountSas(account, fields) },
    }),
    sas: (fields?: Parameters<typeof mintAccountSas>[1]) => mintAccountSas(account, fields),
    /** At another address of the same account. */
    at: (endpoint: string) => ({
      location: { account: account.name, endpoint, container: CONTAINER, prefix: PREFIX },
    }),
    /** Stops something with the place. */
    alsoStop: (stop: () => Promise<unknown>) => void stops.push(stop),
    async stop(): Promise<void> {
      await Promise.all(stops.map(stop => stop()));
    },
  };
}
export type AzurePlace = Awaited<ReturnType<typeof createAzurePlace>>;
