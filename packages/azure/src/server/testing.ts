import { setTimeout as sleep } from 'node:timers/promises';
import type { AccessMode } from '@mooring/contract';
import type { Storage } from '@mooring/emulators';
import type { ProviderUnderTest } from '@mooring/storage/conformance';
import { ORIGIN, RENDITION_PREFIX } from '@mooring/storage/conformance';
import { createGuard, type Guard, signOne, systemClock } from '@mooring/storage/server';
import type { AzureCredentialInput } from '../schemas.ts';
import { type AzureProviderOptions, createAzureProvider } from './provider.ts';

/** What the suite needs of an emulated account, from any emulator. */
type StorageUnderTest = Pick<
  Storage,
  | 'account'
  | 'container'
  | 'endpoint'
  | 'authorityHost'
  | 'createContainer'
  | 'put'
  | 'remove'
  | 'allowOrigins'
  | 'stop'
> & { azurite: Pick<Storage['azurite'], 'fill'> };

/** A provider for the emulated account, which only the given options make different. */
export function openAzure(
  storage: Pick<Storage, 'account' | 'endpoint' | 'authorityHost'>,
  guard: Guard,
  options: Partial<AzureProviderOptions> & { credential: AzureCredentialInput },
) {
  return createAzureProvider({
    location: { account: storage.account.name, endpoint: storage.endpoint },
    accessMode: 'server',
    authorityHost: storage.authorityHost,
    guard,
    clock: systemClock,
    ...options,
  });
}

/** Makes the emulated account a subject of the conformance suite. */
export async function azureUnderTest(
  storage: StorageUnderTest,
  credentials: {
    right: AzureCredentialInput;
    wrong: AzureCredentialInput;
    /** Signs URLs that end in a few seconds, even when a later end is asked. */
    brief: (expiresAt: Date) => AzureCredentialInput;
  },
): Promise<ProviderUnderTest> {
  const guard = createGuard({ allowPrivate: true });
  const { container } = storage;
  await storage.createContainer('empty');
  await storage.allowOrigins([ORIGIN]);
  const open = (credential: AzureCredentialInput, accessMode: AccessMode = 'server') =>
    openAzure(storage, guard, { credential, accessMode, renditionPrefix: RENDITION_PREFIX });

  return {
    provider: open(credentials.right),
    container,
    emptyContainer: 'empty',
    reopen: () => open(credentials.right),
    withWrongCredential: () => open(credentials.wrong),
    clientOnly: () => open(credentials.right, 'client-only'),
    put: (key, body, contentType) => storage.put({ key, body, ...(contentType && { contentType }) }),
    remove: storage.remove,
    async fill([template, ...keys]) {
      await storage.put({ key: template!, body: 'small' });
      await storage.azurite.fill({ account: storage.account.name, container, template: template!, keys });
    },
    async signBriefly(key) {
      const expiresAt = new Date(Math.ceil(Date.now() / 1000) * 1000 + 3000);
      const { signer } = open(credentials.brief(expiresAt));
      return signOne(signer!, { container, key, now: new Date(), seconds: 3 });
    },
    pass: moment => sleep(Math.max(0, moment.getTime() - Date.now() + 50)),
    now: () => new Date(),
    dispatcher: guard.dispatcher,
    async stop() {
      await guard.close();
      await storage.stop();
    },
  };
}
