import { BlobSASPermissions, generateBlobSASQueryParameters, SASProtocol } from '@azure/storage-blob';
import type { Clock, Signer } from '@mooring/storage/server';
import { ProviderError } from '@mooring/storage/server';
import type { ParsedSas } from '../sas/sas.ts';
import type { DelegationKeys } from './delegation-key.ts';
import { type AzureAccount, objectUrl } from './urls.ts';

/** The string-to-sign changes with the version, so it is pinned to one that Azure and emulators both know. */
const SAS_VERSION = '2025-11-05';

/**
 * Signs for one object with the user-delegation key. Apart from key and end nothing goes into the signature, so
 * that the same end gives the same URL for as long as the same key is used.
 */
export function createDelegationSigner(account: AzureAccount, keys: DelegationKeys): Signer {
  return {
    async sign(container, key, expiresAt) {
      const url = objectUrl(account, container, key);
      const { value, endsAt } = await keys.get();
      const expiresOn = new Date(Math.floor(Math.min(expiresAt.getTime(), endsAt.getTime()) / 1000) * 1000);
      const query = generateBlobSASQueryParameters(
        {
          version: SAS_VERSION,
          containerName: container,
          blobName: key,
          permissions: BlobSASPermissions.from({ read: true }),
          startsOn: value.signedStartsOn,
          expiresOn,
          protocol: account.endpoint.startsWith('https:') ? SASProtocol.Https : SASProtocol.HttpsAndHttp,
        },
        value,
        account.account,
      );
      return { url: `${url}?${query}`, expiresAt: expiresOn };
    },
  };
}

/**
 * “Signs” by appending the delivery token: a SAS cannot be narrowed, so the URL works for as long as the token does,
 * and the token in it opens every object of the account or container.
 */
export function createTokenSigner(account: AzureAccount, token: ParsedSas, clock: Clock): Signer {
  const expiresAt = new Date(token.summary.expiresAt!);
  return {
    async sign(container, key) {
      if (expiresAt <= clock.now()) {
        throw new ProviderError(
          'unauthenticated',
          `The delivery token expired at ${expiresAt.toISOString()}.`,
          {
            fix: 'Make a new delivery token and replace the old one in the settings of the connection.',
          },
        );
      }
      return { url: objectUrl(account, container, key, token.token), expiresAt };
    },
  };
}
