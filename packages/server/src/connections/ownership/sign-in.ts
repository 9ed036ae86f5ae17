import { createHash } from 'node:crypto';
import type { IdentityOffers } from '@mooring/azure/server';
import type { AzureLocation, Credential, SignInRedirect } from '@mooring/contract';
import type { Clock } from '@mooring/storage/server';
import { ProviderError } from '@mooring/storage/server';
import type { Logger } from '../../platform/log.ts';
import { MooringError } from '../../platform/problem.ts';
import { FOREIGN_STATE, type Return, requireApp } from '../identity/consent.ts';
import { type EntraAnswer, entraReason } from '../identity/entra-answer.ts';
import type { EntraClient } from '../identity/entra-client.ts';
import type { EntraRequests } from '../identity/entra-requests.ts';
import {
  CONSENTING_ROLES,
  IdTokenRefused,
  type SignedIn,
  tenantOfIssuer,
  verifyIdToken,
} from '../identity/id-token.ts';
import { unlinked } from '../opening/provider-cache.ts';
import { authorityFor } from '../opening/provider-factory.ts';
import { type ConnectionRow, isLinked, type LinkedRow } from '../rows/row.ts';
import { isShared } from './proof.ts';
import type { OwnershipRecord } from './proof-record.ts';

/**
 * Proof of ownership by signing in: somebody who may consent to apps for the whole tenant of the storage account says
 * that this workspace is wanted. Guests and ordinary members of the tenant cannot: what the app may read in the tenant
 * is not theirs to give. https://learn.microsoft.com/entra/identity-platform/v2-oauth2-auth-code-flow
 */
export function createOwnershipSignIn(deps: {
  requests: EntraRequests;
  client: EntraClient;
  ownership: OwnershipRecord;
  offers: IdentityOffers;
  authorityHost: string;
  mustFind: (workspaceId: string, connectionId: string) => Promise<ConnectionRow>;
  clock: Clock;
  log: Logger;
}) {
  const { requests, client, ownership, offers, mustFind, clock, log } = deps;

  /** The connection, and whose administrator has to sign in. */
  async function find(workspaceId: string, connectionId: string) {
    const row = await mustFind(workspaceId, connectionId);
    if (!isLinked(row)) throw unlinked(row);
    const tenantId = tenantOf(row);
    const { endpoint } = row.location as AzureLocation;
    return { row, tenantId, app: requireApp(offers), authority: authorityFor(endpoint, deps.authorityHost) };
  }

  /** @throws ProviderError, IdTokenRefused */
  async function verify(
    answer: EntraAnswer & { code: string },
    { nonce, codeVerifier }: { nonce: string; codeVerifier: string },
    { tenantId, app, authority }: Awaited<ReturnType<typeof find>>,
    { redirectUri, signal }: { redirectUri: string; signal: AbortSignal },
  ): Promise<SignedIn> {
    const metadata = await client.metadata(authority, tenantId, signal);
    const { issuer } = metadata;
    const issuerTenant = tenantOfIssuer(issuer);
    if (issuerTenant === null) throw new IdTokenRefused('Microsoft Entra ID names no tenant of its own.');
    const token = await client.redeem(
      metadata,
      app,
      { code: answer.code, codeVerifier, redirectUri },
      signal,
    );
    return verifyIdToken(token, {
      ...{ issuer, nonce, tenantId: issuerTenant, clientId: app.clientId },
      keys: await client.keys(metadata, signal),
      now: clock.now(),
    });
  }

  return {
    /**
     * @param options.sessionHash of the browser session that has to come back: without one anybody could be sent there
     * @throws MooringError `not_found`, `connection_unlinked`; `conflict` where there is nothing to prove;
     * `credential_unavailable` where the installation has no app; `invalid_request` where the tenant is not known;
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
      const { tenantId, app, authority } = await find(request.workspaceId, request.connectionId);
      const { authorization_endpoint } = await client.metadata(authority, tenantId, signal);
      const { state, nonce, codeVerifier, expiresAt } = await requests.begin('ownership', request);
      const url = new URL(authorization_endpoint);
      url.search = new URLSearchParams({
        client_id: app.clientId,
        response_type: 'code',
        response_mode: 'query',
        redirect_uri: redirectUri,
        scope: 'openid profile',
        state,
        nonce,
        code_challenge: createHash('sha256').update(codeVerifier).digest('base64url'),
        code_challenge_method: 'S256',
        // A click at least: nobody who is signed in already proves anything by following a link.
        prompt: 'select_account',
      }).toString();
      return { url: url.href, expiresAt: expiresAt.toISOString() };
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
        const found = await find(workspaceId, connectionId!);
        const person = await verify({ ...answer, code }, request, found, options);
        const reason = whyNotAdministrator(person);
        if (reason !== null) return refused(returnTo, reason);
        const recorded = await ownership.proven(found.row, 'sign-in', `${person.name} (${person.id})`);
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
export type OwnershipSignIn = ReturnType<typeof createOwnershipSignIn>;

const refused = (path: string, reason: string): Return => ({ path, query: { ownership: 'refused', reason } });

function tenantOf(row: LinkedRow): string {
  const credential = row.credential as Credential;
  if (!isShared(credential)) {
    throw new MooringError(
      'conflict',
      'The credential of this connection proves by itself that it is wanted.',
      {
        fix: 'There is nothing to sign in for.',
      },
    );
  }
  const tenantId = 'tenantId' in credential ? credential.tenantId : null;
  if (tenantId) return tenantId;
  const message = 'The credential of this connection names no tenant whose administrator could sign in.';
  throw new MooringError('invalid_request', message, { fix: 'Let the owner set the mark in the container.' });
}

const ROLES: readonly string[] = Object.values(CONSENTING_ROLES);

function whyNotAdministrator({ name, roles }: SignedIn): string | null {
  if (roles === null) {
    return 'Microsoft Entra ID does not say which roles they have in the tenant. The operator of Mooring lets it: groupMembershipClaims of the app registration has to be DirectoryRole. Until then let the owner set the mark.';
  }
  if (roles.some(role => ROLES.includes(role.toLowerCase()))) return null;
  return `${name} is not an administrator who may consent to apps for the tenant. Let one sign in, or let the owner set the mark.`;
}
