import type { AccessToken, ClientSecretCredentialOptions, TokenCredential } from '@azure/identity';
import type { Clock } from '@mooring/storage/server';
import { ProviderError, staysOnThisMachine } from '@mooring/storage/server';

/** Azure Storage in every cloud. https://learn.microsoft.com/azure/storage/blobs/authorize-access-azure-active-directory */
export const STORAGE_SCOPE = 'https://storage.azure.com/.default';

/**
 * Where an access token may go: over HTTPS, or to an emulator on this machine, where no other machine is on the way. The guard
 * connects to loopback only where the operator allows private endpoints.
 */
export const mayCarryToken = (url: string): boolean => url.startsWith('https:') || staysOnThisMachine(url);

/** A token is replaced while it is still good for this long, as the SDK does. */
const SPARE_MS = 5 * 60_000;

type Policy = NonNullable<ClientSecretCredentialOptions['additionalPolicies']>[number]['policy'];

/** What the pipeline of a credential is made with. */
export interface TokenPipeline {
  /** Put last in its pipeline, so that what went wrong with the connection is not lost on the way. */
  keepConnectionError: Policy;
}

/**
 * Access tokens of one identity. Not every credential of the SDK keeps its tokens, and none shares a request
 * between callers of one moment; here a token is asked for once and kept until shortly before it expires.
 * `getToken` throws ProviderError.
 * @param create makes the SDK's credential, at the first use: constructors throw where the tenant is malformed
 * @param explain why there is no token
 */
export function createTokens({
  create,
  explain,
  clock,
}: {
  create: (pipeline: TokenPipeline) => TokenCredential;
  explain: (error: unknown) => ProviderError;
  clock: Clock;
}): TokenCredential {
  let credential: TokenCredential | null = null;
  // The SDK puts errors of its own in the place of what went wrong with the connection.
  let connectionError: unknown = null;
  const pending = new Map<string, Promise<AccessToken>>();
  const kept = new Map<string, AccessToken>();

  const keepConnectionError: Policy = {
    name: 'keepConnectionError',
    async sendRequest(request, next) {
      try {
        const answer = await next(request);
        connectionError = null;
        return answer;
      } catch (error) {
        connectionError = error;
        throw error;
      }
    },
  };

  const request = async (...asked: Parameters<TokenCredential['getToken']>): Promise<AccessToken> => {
    connectionError = null;
    try {
      credential ??= create({ keepConnectionError });
      const token = await credential.getToken(...asked);
      if (!token) throw new Error('The credential gave no token.');
      return token;
    } catch (error) {
      const failure = error instanceof ProviderError ? error : explain(connectionError ?? error);
      throw failure.with({ check: 'credential' });
    }
  };

  return {
    async getToken(scopes, { claims, tenantId, enableCae } = {}) {
      const options = {
        ...(claims !== undefined && { claims }),
        ...(tenantId !== undefined && { tenantId }),
        ...(enableCae !== undefined && { enableCae }),
      };
      const key = JSON.stringify([scopes, options]);
      const known = kept.get(key);
      if (known && known.expiresOnTimestamp - clock.now().getTime() > SPARE_MS) return known;
      const shared = pending.get(key) ?? request(scopes, options).finally(() => pending.delete(key));
      pending.set(key, shared);
      const token = await shared;
      if (claims === undefined) kept.set(key, token);
      return token;
    },
  };
}
