import type { AccessMode, AzureLocation, CredentialInput } from '@mooring/contract';
import type { Clock } from '../platform/clock.ts';
import type { Guard } from '../platform/network.ts';
import type { SecretBox } from '../platform/secrets.ts';
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
  clock: Clock;
}) {
  const { secrets, guard, clock } = deps;
  /** @throws MooringError `unavailable` where the secret cannot be unsealed */
  return (row: LinkedRow): Provider => {
    const location = row.location as AzureLocation;
    return createAzureProvider({
      location,
      credential: JSON.parse(secrets.unseal(row.credential_sealed, row.id)) as CredentialInput,
      accessMode: row.access_mode as AccessMode,
      authorityHost: authorityFor(location.endpoint, deps.authorityHost),
      guard,
      clock,
    });
  };
}
