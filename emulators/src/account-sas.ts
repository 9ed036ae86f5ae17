import {
  AccountSASPermissions,
  AccountSASResourceTypes,
  AccountSASServices,
  generateAccountSASQueryParameters,
  SASProtocol,
  StorageSharedKeyCredential,
} from '@azure/storage-blob';
import type { StorageAccount } from './azurite.ts';

const LIFETIME_MS = 90 * 86_400_000;

/** Mints an account SAS as the portal would, without a leading `?`. Default: what Mooring asks for, for 90 days. */
export function mintAccountSas(
  account: StorageAccount,
  fields: {
    permissions?: string;
    services?: string;
    resourceTypes?: string;
    startsOn?: Date;
    expiresOn?: Date;
    /** One address, or the first and the last of a range. */
    ipRange?: { start: string; end?: string };
    httpsOnly?: boolean;
    version?: string;
  } = {},
): string {
  return generateAccountSASQueryParameters(
    {
      permissions: AccountSASPermissions.parse(fields.permissions ?? 'rl'),
      services: AccountSASServices.parse(fields.services ?? 'b').toString(),
      resourceTypes: AccountSASResourceTypes.parse(fields.resourceTypes ?? 'sco').toString(),
      expiresOn: fields.expiresOn ?? new Date(Date.now() + LIFETIME_MS),
      protocol: (fields.httpsOnly ?? true) ? SASProtocol.Https : SASProtocol.HttpsAndHttp,
      ...(fields.startsOn && { startsOn: fields.startsOn }),
      ...(fields.ipRange && { ipRange: fields.ipRange }),
      ...(fields.version && { version: fields.version }),
    },
    new StorageSharedKeyCredential(account.name, account.key),
  ).toString();
}

/** The token with a signature that is as long and not its own. Its first character may be an escape, such as `%2B`. */
export const withOtherSignature = (sas: string): string =>
  sas.replace(/\bsig=(%..|.)/, (_, first) => `sig=${first === 'A' ? 'B' : 'A'}`);
