import { createHash } from 'node:crypto';
import type { IdentityOffers } from '@mooring/azure/server';
import { authorityFor } from '@mooring/azure/server';
import type { SignInRedirect } from '@mooring/contract';
import type { Clock } from '@mooring/storage/server';
import { ProviderError } from '@mooring/storage/server';
import type { Logger } from '../../platform/log.ts';
import { MooringError } from '../../platform/problem.ts';
import { FOREIGN_STATE, type Return, requireApp } from './consent.ts';
import { type EntraAnswer, entraReason } from './entra-answer.ts';
import type { EntraClient, TenantMetadata } from './entra-client.ts';
import type { EntraRequests, EntraSecrets } from './entra-requests.ts';
import {
  CONSENTING_ROLES,
  IdTokenRefused,
  type SignedIn,
  tenantOfIssuer,
  verifyIdToken,
} from './id-token.ts';

/** The connection that a sign-in is for, and what it proves of it. */
export interface SignInPurpose {
  /** Whose administrator has to sign in. */
  tenantId: string;
  /** Of the storage. */
  endpoint: string;
  /** Records who signed in. False: the connection was changed meanwhile. */
  proven: (who: string) => Promise<boolean>;
}

/**
 * The sign-in of an administrator who may consent to apps for the whole tenant of a storage account: it says that this
 * workspace is wanted. Guests and ordinary members of the tenant cannot: what the app may read in the tenant is not
 * theirs to give. https://learn.microsoft.com/entra/identity-platform/v2-oauth2-auth-code-flow
 */
export function createAdministratorSignIn(deps: {
  requests: EntraRequests;
  client: EntraClient;
  offers: IdentityOffers;
  authorityHost: string;
  /** @throws MooringError where there is nothing to sign in for */
  purposeOf: (workspaceId: string, connectionId: string) => Promise<SignInPurpose>;
  clock: Clock;
  log: Logger;
}) {
  const { requests, client, offers, purposeOf, clock, log } = deps;

  /** @throws ProviderError where there is no such tenant; MooringError `credential_unavailable` */
  async function findTenant({ tenantId, endpoint }: SignInPurpose, signal: AbortSignal) {
    const app = requireApp(offers);
    const authority = authorityFor(endpoint, deps.authorityHost);
    return { app, metadata: await client.metadata(authority, tenantId, signal) };
  }

  /** @throws ProviderError, IdTokenRefused, and what `findTenant` throws */
  async function verify(
    purpose: SignInPurpose,
    code: string,
    { nonce, codeVerifier }: EntraSecrets,
    { redirectUri, signal }: { redirectUri: string; signal: AbortSignal },
  ): Promise<SignedIn> {
    const { app, metadata } = await findTenant(purpose, signal);
    const { issuer } = metadata;
    const tenantId = tenantOfIssuer(issuer);
    if (tenantId === null) throw new IdTokenRefused('Microsoft Entra ID names no tenant of its own.');
    const token = await client.redeem(metadata, app, { code, codeVerifier, redirectUri }, signal);
    const keys = await client.keys(metadata, signal);
    return verifyIdToken(token, { issuer, nonce, tenantId, clientId: app.clientId, keys, now: clock.now() });
  }

  return {
    /**
     * @param options.sessionHash of the browser session that has to come back: without one anybody could be sent there
     * @throws MooringError `credential_unavailable` where the installation has no app, and what `purposeOf` throws;
     * ProviderError where there is no such tenant
     */
    async start(options: {
      workspaceId: string;
      sessionHash: Buffer;
      connectionId: string;
      returnTo: string;
      redirectUri: string;
      signal: AbortSignal;
    }): Promise<SignInRedirect> {
      const { redirectUri, signal, ...request } = options;
      const purpose = await purposeOf(request.workspaceId, request.connectionId);
      const { app, metadata } = await findTenant(purpose, signal);
      const { expiresAt, ...bound } = await requests.begin('ownership', request);
      const url = signInAddress(metadata, { clientId: app.clientId, redirectUri, ...bound });
      return { url, expiresAt: expiresAt.toISOString() };
    },

    /** @param options.redirectUri the same as for `start` */
    async finish(
      answer: EntraAnswer,
      options: { sessionHash: Buffer | null; redirectUri: string; signal: AbortSignal },
    ): Promise<Return> {
      const request = await requests.take('ownership', answer.state, options.sessionHash);
      if (!request) return refused('/connections', FOREIGN_STATE);
      const { returnTo, workspaceId, connectionId } = request;
      const { code } = answer;
      if (code === undefined || answer.error !== undefined) return refused(returnTo, entraReason(answer));
      try {
        const purpose = await purposeOf(workspaceId, connectionId!);
        const person = await verify(purpose, code, request, options);
        const reason = whyNotAdministrator(person);
        if (reason !== null) return refused(returnTo, reason);
        const recorded = await purpose.proven(`${person.name} (${person.id})`);
        if (!recorded) return refused(returnTo, 'The connection was changed meanwhile. Begin again.');
        return { path: returnTo, query: { ownership: 'proven' } };
      } catch (error) {
        if (error instanceof IdTokenRefused) {
          log.warn({ err: error, workspaceId, connectionId }, 'an answer to a sign-in was refused');
        } else if (!(error instanceof MooringError || error instanceof ProviderError)) throw error;
        return refused(returnTo, error.message);
      }
    },
  };
}

const refused = (path: string, reason: string): Return => ({ path, query: { ownership: 'refused', reason } });

function signInAddress(
  { authorization_endpoint }: TenantMetadata,
  request: EntraSecrets & { clientId: string; redirectUri: string; state: string },
): string {
  const url = new URL(authorization_endpoint);
  url.search = new URLSearchParams({
    client_id: request.clientId,
    response_type: 'code',
    response_mode: 'query',
    redirect_uri: request.redirectUri,
    scope: 'openid profile',
    state: request.state,
    nonce: request.nonce,
    code_challenge: createHash('sha256').update(request.codeVerifier).digest('base64url'),
    code_challenge_method: 'S256',
    // A click at least: following a link proves nothing of a person who is signed in already.
    prompt: 'select_account',
  }).toString();
  return url.href;
}

const ROLES: readonly string[] = Object.values(CONSENTING_ROLES);

function whyNotAdministrator({ name, roles }: SignedIn): string | null {
  if (roles === null) {
    return 'Microsoft Entra ID does not say which roles they have in the tenant. The operator of Mooring lets it: groupMembershipClaims of the app registration has to be DirectoryRole. Until then let the owner set the mark.';
  }
  if (roles.some(role => ROLES.includes(role.toLowerCase()))) return null;
  return `${name} is not an administrator who may consent to apps for the tenant. Let one sign in, or let the owner set the mark.`;
}
