import type { AccessMode, AzureLocation, CredentialInput } from '@mooring/contract';
import type { Clock } from '../platform/clock.ts';
import type { Guard } from '../platform/network.ts';
import type { SecretBox } from '../platform/secrets.ts';
import { createAzureIdentities } from '../providers/azure/identity/identities.ts';
import type { IdentityOffers } from '../providers/azure/identity/offers.ts';
import { createAzureProvider } from '../providers/azure/index.ts';
import type { Provider } from '../providers/provider.ts';
import type { LinkedRow } from './row.ts';

/** National clouds have sign-in services of their own. https://learn.microsoft.com/entra/identity-platform/authentication-national-cloud */
const AUTHORITIES: [domain: string, authorityHost: string][] = [
  ['.core.usgovcloudapi.net', 'https://login.microsoftonline.us'],
  ['.core.chinacloudapi.cn', 'https://login.chinacloudapi.cn'],
];

/** Where tokens for an endpoint are issued: in its own cloud, else where the installation says. */
export const authorityFor = (endpoint: string, authorityHost: string): string =>
  AUTHORITIES.find(([domain]) => new URL(endpoint).hostname.endsWith(domain))?.[1] ?? authorityHost;

/** Makes the provider of a connection, with its credential unsealed. */
export function createProviderFactory(deps: {
  secrets: SecretBox;
  guard: Guard;
  authorityHost: string;
  offers: IdentityOffers;
  clock: Clock;
}) {
  const { secrets, guard, clock } = deps;
  const shared = createAzureIdentities(deps);
  /**
   * @param fresh with tokens and keys of its own, to see what the credential is worth now
   * @throws MooringError `unavailable` where the secret cannot be unsealed
   */
  return (row: LinkedRow, { fresh = false } = {}): Provider => {
    const location = row.location as AzureLocation;
    return createAzureProvider({
      location,
      credential: JSON.parse(secrets.unseal(row.credential_sealed, row.id)) as CredentialInput,
      accessMode: row.access_mode as AccessMode,
      renditionPrefix: row.rendition_prefix,
      authorityHost: authorityFor(location.endpoint, deps.authorityHost),
      identities: fresh ? createAzureIdentities(deps) : shared,
      guard,
      clock,
    });
  };
}
