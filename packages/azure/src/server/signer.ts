import { BlobSASPermissions, generateBlobSASQueryParameters, SASProtocol } from '@azure/storage-blob';
import type { Clock, Signer } from '@mooring/storage/server';
import { ProviderError, signEach } from '@mooring/storage/server';
import type { ParsedSas } from '../sas/sas.ts';
import type { DelegationKeys } from './delegation-key.ts';
import { type AzureAccount, objectUrl } from './urls.ts';

/** The string-to-sign changes with the version, so it is pinned to one that Azure and emulators both know. */
const SAS_VERSION = '2025-11-05';

/**
 * Signs for one object with the user-delegation key, for GET and HEAD alike. Apart from the key and the window nothing
 * goes into the signature, so that the same window gives the same URL for as long as the same key is used. No URL
 * works before its key does, or after it.
 */
export function createDelegationSigner(account: AzureAccount, keys: DelegationKeys): Signer {
  const protocol = account.endpoint.startsWith('https:') ? SASProtocol.Https : SASProtocol.HttpsAndHttp;
  const permissions = BlobSASPermissions.from({ read: true });
  return {
    async sign(container, names, asked) {
      const { value, endsAt } = await keys.get();
      const startsOn = wholeSecond(Math.max(asked.startsAt.getTime(), value.signedStartsOn.getTime()));
      const expiresOn = wholeSecond(Math.min(asked.expiresAt.getTime(), endsAt.getTime()));
      return signEach(names, blobName => {
        const url = objectUrl(account, container, blobName);
        const query = generateBlobSASQueryParameters(
          {
            version: SAS_VERSION,
            containerName: container,
            blobName,
            permissions,
            startsOn,
            expiresOn,
            protocol,
            ...(asked.contentType !== undefined && { contentType: asked.contentType }),
          },
          value,
          account.account,
        );
        return { url: `${url}?${query}`, expiresAt: expiresOn };
      });
    },
  };
}

const wholeSecond = (ms: number): Date => new Date(Math.floor(ms / 1000) * 1000);

/**
 * “Signs” by appending the delivery token: a SAS cannot be narrowed, so the URL works for as long as the token does,
 * and the token in it opens every object of the account or container.
 */
export function createTokenSigner(account: AzureAccount, token: ParsedSas, clock: Clock): Signer {
  const expiresAt = new Date(token.summary.expiresAt!);
  return {
    async sign(container, keys) {
      if (expiresAt <= clock.now()) {
        throw new ProviderError(
          'unauthenticated',
          `The delivery token expired at ${expiresAt.toISOString()}.`,
          {
            fix: 'Make a new delivery token and replace the old one in the settings of the connection.',
          },
        );
      }
      return signEach(keys, key => ({ url: objectUrl(account, container, key, token.token), expiresAt }));
    },
  };
}
