import { isIP } from 'node:net';
import type { Guard } from '@mooring/storage/server';
import { otherCloudRefusal } from './identity/authority.ts';

/** Below these there are storage accounts of Azure and nothing else. */
const STORAGE_DOMAINS = [
  '.blob.core.windows.net',
  '.blob.core.usgovcloudapi.net',
  '.blob.core.chinacloudapi.cn',
  '.blob.storage.azure.net',
];

/**
 * An identity of the installation sends its token to the endpoint. The owner of that host could use the token on every
 * account that lets the identity in. So the token goes only to Azure's own hosts and, where the operator allows private
 * endpoints, to addresses of their network, such as an emulator's. It never goes to another domain that is entered,
 * nor to a cloud other than the identity's.
 * @returns why it may not go there; null: it may
 */
export function sharedEndpointRefusal(
  endpoint: string,
  { guard, authorityHost }: { guard: Guard; authorityHost: string },
): { message: string; fix: string; field: 'endpoint' } | null {
  const { protocol, hostname } = new URL(endpoint);
  const isAzure = STORAGE_DOMAINS.some(domain => hostname.endsWith(domain));
  const address = hostname.replace(/^\[(.*)\]$/, '$1');
  const isInside = isIP(address) !== 0 && guard.allows(address);
  const otherCloud = isAzure ? otherCloudRefusal(endpoint, authorityHost) : null;
  if (otherCloud) return { ...otherCloud, field: 'endpoint' };
  if (protocol === 'https:' && (isAzure || isInside)) return null;
  return {
    message: `Mooring uses an identity that others use too only at Azure’s own endpoints, over https://. ${endpoint} is not one of them.`,
    fix: 'Use the account’s own endpoint, such as https://ACCOUNT.blob.core.windows.net. For your own domain use a SAS token or your own app registration.',
    field: 'endpoint',
  };
}
