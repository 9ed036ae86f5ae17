import type { SignInRedirect } from '@mooring/contract';
import { ProviderError } from '@mooring/storage/server';
import type { Logger } from '../../platform/log.ts';
import { MooringError } from '../../platform/problem.ts';
import { FOREIGN_STATE, type Return } from './consent.ts';
import { type EntraAnswer, entraReason } from './entra-answer.ts';
import type { EntraRequests } from './entra-requests.ts';
import { IdTokenRefused } from './id-token.ts';
import { type StorageTenant, signInAddress, type Tenants, whyNotAdministrator } from './tenants.ts';

/** The connection that a sign-in is for, and what it proves of it. */
export interface SignInPurpose extends StorageTenant {
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
  tenants: Tenants;
  /** @throws MooringError where there is nothing to sign in for */
  purposeOf: (workspaceId: string, connectionId: string) => Promise<SignInPurpose>;
  log: Logger;
}) {
  const { requests, tenants, purposeOf, log } = deps;

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
      const { app, metadata } = await tenants.find(purpose, signal);
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
        const person = await tenants.verify(purpose, code, request, options);
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
