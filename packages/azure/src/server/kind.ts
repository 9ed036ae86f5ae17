import type { KindDependencies, OpenKind, ServerKind } from '@mooring/storage/server';
import { azure } from '../kind/index.ts';
import { wayOf } from '../kind/ways.ts';
import type { AzureCredential, AzureCredentialInput, AzureLocation } from '../schemas.ts';
import { azureEvents } from './events.ts';
import { authorityFor } from './identity/authority.ts';
import { createAzureIdentities } from './identity/identities.ts';
import { describeOffers, readOffers } from './identity/read-offers.ts';
import { azureInventories } from './inventory.ts';
import { createKeyVaultStore } from './key-vault.ts';
import { createAzureProvider } from './provider.ts';
import { readAzureCredential } from './read-credential.ts';
import { AZURE_SETTINGS, type AzureSettings } from './settings.ts';
import { sharedEndpointRefusal } from './shared-endpoint.ts';
import { createAzureSignIns } from './sign-in/sign-ins.ts';

/** Only Microsoft gives out names below these, so no customer can let one lead elsewhere. */
const MICROSOFT_DOMAINS = [
  '.core.windows.net',
  '.core.usgovcloudapi.net',
  '.core.chinacloudapi.cn',
  '.storage.azure.net',
  '.microsoftonline.com',
  '.microsoftonline.us',
  '.microsoftonline.cn',
  'login.chinacloudapi.cn',
];

const isShared = (kind: string): boolean => wayOf(kind)?.isShared ?? true;

/** As the schemas of `AZURE_SETTINGS` have made them. */
const settingsOf = ({ settings }: Pick<KindDependencies, 'settings'>) => settings as unknown as AzureSettings;

/** Azure Blob Storage, in a server. */
export const azureServer: ServerKind<AzureLocation, AzureCredential, AzureCredentialInput> = {
  kind: azure,
  settings: AZURE_SETTINGS,
  domains: MICROSOFT_DOMAINS,
  keyStore({ guard, ...deps }) {
    const { secretKeyVault } = settingsOf(deps);
    return secretKeyVault === null ? null : createKeyVaultStore(secretKeyVault, { guard });
  },
  async open(deps): Promise<OpenKind<AzureLocation, AzureCredential, AzureCredentialInput>> {
    const settings = settingsOf(deps);
    const { guard, signInGuard, clock } = deps;
    const offers = await readOffers(settings);
    const identities = () => createAzureIdentities({ offers, guard: signInGuard, clock });
    const shared = identities();
    return {
      offers: () => describeOffers(offers, deps.note),
      locationRefusal: ({ endpoint }, { kind }) =>
        isShared(kind)
          ? sharedEndpointRefusal(endpoint, { guard, authorityHost: settings.azureAuthorityHost })
          : null,
      readCredential: (typed, context) => readAzureCredential(typed, { ...context, offers }),
      createProvider: ({ location, fresh, ...options }) =>
        createAzureProvider({
          ...options,
          location,
          authorityHost: authorityFor(location.endpoint, settings.azureAuthorityHost),
          identities: fresh ? identities() : shared,
          guard,
          clock,
        }),
      signIns: createAzureSignIns({
        ...{ guard: signInGuard, clock, offers },
        authorityHost: settings.azureAuthorityHost,
      }),
      events: azureEvents,
      inventories: azureInventories,
    };
  },
};
