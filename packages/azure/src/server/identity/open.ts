import http from 'node:http';
import {
  AzureCliCredential,
  ClientAssertionCredential,
  ClientCertificateCredential,
  ClientSecretCredential,
  type ClientSecretCredentialOptions,
  ManagedIdentityCredential,
  type TokenCredential,
} from '@azure/identity';
import type { Clock, Guard } from '@mooring/storage/server';
import { hostOf, ProviderError } from '@mooring/storage/server';
import { cliError, managedIdentityError, signInError } from '../sign-in-errors.ts';
import { readFederatedToken } from './federated-token.ts';
import { type AppProof, type IdentityOffers, offerRefusal, type TokenCredentialInput } from './offers.ts';
import { createTokens, type TokenPipeline } from './tokens.ts';

/** Authorities that MSAL knows without asking. https://learn.microsoft.com/entra/identity-platform/authentication-national-cloud */
const MICROSOFT_AUTHORITIES = new Set([
  'login.microsoftonline.com',
  'login.microsoftonline.us',
  'login.partner.microsoftonline.cn',
  'login.chinacloudapi.cn',
]);

export interface OpenOptions {
  offers: IdentityOffers;
  guard: Guard;
  clock: Clock;
  /** Where Microsoft Entra ID issues tokens. */
  authorityHost: string;
}

/** Access tokens of the identity that a credential stands for. `getToken` throws ProviderError. */
export function openTokens(input: TokenCredentialInput, options: OpenOptions): TokenCredential {
  const { offers, clock } = options;
  const refusal = offerRefusal(input.kind, offers);
  if (refusal) {
    const refused = new ProviderError('unauthenticated', refusal.message, { fix: refusal.fix });
    return { getToken: () => Promise.reject(refused) };
  }
  switch (input.kind) {
    case 'azure-app':
      return appTokens(input, { kind: 'secret', clientSecret: input.clientSecret }, options);
    case 'azure-app-certificate':
      return appTokens(input, { kind: 'certificate', certificatePem: input.certificatePem }, options);
    case 'azure-app-federated':
      return appTokens(input, { kind: 'federated', tokenFile: offers.federatedTokenFile! }, options);
    case 'azure-mooring-app': {
      const { clientId, proof } = offers.app!;
      return appTokens({ ...input, clientId }, proof, options);
    }
    case 'azure-managed-identity':
      return managedIdentityTokens(input.clientId, options);
    case 'azure-cli':
      return createTokens({
        create: () =>
          new AzureCliCredential(input.tenantId === undefined ? {} : { tenantId: input.tenantId }),
        explain: cliError,
        clock,
      });
  }
}

function appTokens(
  app: { tenantId: string; clientId: string },
  proof: AppProof,
  { authorityHost, guard, clock }: OpenOptions,
): TokenCredential {
  const { tenantId, clientId } = app;
  const create = ({ keepConnectionError }: TokenPipeline): TokenCredential => {
    const options: ClientSecretCredentialOptions = {
      authorityHost,
      disableInstanceDiscovery: !MICROSOFT_AUTHORITIES.has(new URL(authorityHost).hostname),
      agent: guard.httpsAgent,
      additionalPolicies: [{ policy: keepConnectionError, position: 'perRetry' }],
      retryOptions: QUICK,
    };
    switch (proof.kind) {
      case 'secret':
        return new ClientSecretCredential(tenantId, clientId, proof.clientSecret, options);
      case 'certificate':
        return new ClientCertificateCredential(
          tenantId,
          clientId,
          { certificate: proof.certificatePem },
          options,
        );
      case 'federated': {
        const { tokenFile } = proof;
        return new ClientAssertionCredential(
          tenantId,
          clientId,
          () => readFederatedToken(tokenFile),
          options,
        );
      }
    }
  };
  return createTokens({ create, explain: error => signInError(error, app, hostOf(authorityHost)), clock });
}

const QUICK = { maxRetries: 1, retryDelayInMs: 200, maxRetryDelayInMs: 1000 };

/**
 * The endpoint of managed identities is chosen by the platform and not by a user, and lies at an address that the
 * guard never lets pass (169.254.169.254, or loopback); so what goes there over HTTP goes around the guard. In
 * clusters with workload identities the SDK asks Entra ID instead, over HTTPS, which the guard sees.
 */
function managedIdentityTokens(clientId: string | undefined, { guard, clock }: OpenOptions): TokenCredential {
  const local = new http.Agent();
  const create = ({ keepConnectionError }: TokenPipeline): TokenCredential =>
    new ManagedIdentityCredential({
      ...(clientId !== undefined && { clientId }),
      retryOptions: QUICK,
      additionalPolicies: [
        { policy: keepConnectionError, position: 'perRetry' },
        {
          position: 'perRetry',
          policy: {
            name: 'chooseAgent',
            sendRequest(request, next) {
              request.agent = request.url.startsWith('https:') ? guard.httpsAgent : local;
              return next(request);
            },
          },
        },
      ],
    });
  return createTokens({ create, explain: error => managedIdentityError(error, clientId ?? null), clock });
}
