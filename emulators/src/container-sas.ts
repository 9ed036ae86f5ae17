import {
  ContainerSASPermissions,
  generateBlobSASQueryParameters,
  SASProtocol,
  StorageSharedKeyCredential,
} from '@azure/storage-blob';
import type { StorageAccount } from './azurite.ts';

const LIFETIME_MS = 90 * 86_400_000;

/**
 * Mints a SAS of one container with the account's key, as the portal does on “Shared access tokens”.
 * @param fields.policy the stored access policy that decides what it may do and until when
 */
export function mintContainerSas(
  account: StorageAccount,
  container: string,
  fields: { permissions?: string; expiresOn?: Date; policy?: string } = {},
): string {
  const { policy } = fields;
  return generateBlobSASQueryParameters(
    {
      version: '2025-11-05',
      containerName: container,
      protocol: SASProtocol.Https,
      ...(policy === undefined
        ? {
            permissions: ContainerSASPermissions.parse(fields.permissions ?? 'rl'),
            expiresOn: fields.expiresOn ?? new Date(Date.now() + LIFETIME_MS),
          }
        : { identifier: policy }),
    },
    new StorageSharedKeyCredential(account.name, account.key),
  ).toString();
}
