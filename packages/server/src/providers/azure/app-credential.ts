import {
  type AccessToken,
  ClientSecretCredential,
  type ClientSecretCredentialOptions,
  type GetTokenOptions,
  type TokenCredential,
} from '@azure/identity';
import type { Guard } from '../../platform/network.ts';
import { hostOf } from '../checks/words.ts';
import { signInError } from './sign-in-errors.ts';

/** An app registration of Microsoft Entra ID and its client secret. */
export interface AppCredential {
  kind: 'azure-app';
  tenantId: string;
  clientId: string;
  clientSecret: string;
}

export const STORAGE_SCOPE = 'https://storage.azure.com/.default';

/** Authorities that MSAL knows without asking. https://learn.microsoft.com/entra/identity-platform/authentication-national-cloud */
const MICROSOFT_AUTHORITIES = new Set([
  'login.microsoftonline.com',
  'login.microsoftonline.us',
  'login.partner.microsoftonline.cn',
  'login.chinacloudapi.cn',
]);

/**
 * Gets access tokens for an app. The SDK caches them, but asks once for every caller that comes while there is
 * none; here callers of one moment share one request. `getToken` throws ProviderError.
 */
export function createAppTokens(
  app: AppCredential,
  { authorityHost, guard }: { authorityHost: string; guard: Guard },
): TokenCredential {
  const { tenantId, clientId, clientSecret } = app;
  let credential: ClientSecretCredential | null = null;
  // The SDK puts errors of its own in the place of what went wrong with the connection.
  let connectionError: unknown = null;
  const pending = new Map<string, Promise<AccessToken>>();

  const keepConnectionError: PipelinePolicy = {
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

  const request = async (scopes: string | string[], options: GetTokenOptions): Promise<AccessToken> => {
    connectionError = null;
    try {
      // Made at the first use: its constructor throws where the tenant is malformed.
      credential ??= new ClientSecretCredential(tenantId, clientId, clientSecret, {
        authorityHost,
        disableInstanceDiscovery: !MICROSOFT_AUTHORITIES.has(new URL(authorityHost).hostname),
        agent: guard.httpsAgent,
        additionalPolicies: [{ policy: keepConnectionError, position: 'perRetry' }],
        retryOptions: { maxRetries: 1, retryDelayInMs: 200, maxRetryDelayInMs: 1000 },
      });
      return await credential.getToken(scopes, options);
    } catch (error) {
      throw signInError(connectionError ?? error, app, hostOf(authorityHost));
    }
  };

  return {
    getToken(scopes, { claims, tenantId: otherTenant, enableCae } = {}) {
      const options = {
        ...(claims !== undefined && { claims }),
        ...(otherTenant !== undefined && { tenantId: otherTenant }),
        ...(enableCae !== undefined && { enableCae }),
      };
      const key = JSON.stringify([scopes, options]);
      const shared = pending.get(key) ?? request(scopes, options).finally(() => pending.delete(key));
      pending.set(key, shared);
      return shared;
    },
  };
}

type PipelinePolicy = NonNullable<ClientSecretCredentialOptions['additionalPolicies']>[number]['policy'];
