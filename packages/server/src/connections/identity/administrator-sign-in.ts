import { createHash } from 'node:crypto';
import type { Credential, SignInRedirect, StorageLocation } from '@mooring/contract';
import { ProviderError } from '@mooring/storage/server';
import { type RunningKind, refusalError } from '../../platform/kinds.ts';
import type { Logger } from '../../platform/log.ts';
import { MooringError } from '../../platform/problem.ts';
import { type Answer, FOREIGN_STATE, type Return, requireSignIns, stateOf } from './consent.ts';
import type { SignInRequests } from './requests.ts';

/** The connection that a sign-in is for, and what it proves of it. */
export interface SignInPurpose {
  kind: RunningKind;
  location: StorageLocation;
  credential: Credential;
  /** Records who signed in. False: the connection was changed meanwhile. */
  proven: (who: string) => Promise<boolean>;
}

/**
 * The sign-in of an administrator who may speak for the owner of a storage: it says that this workspace may use it. Who
 * may is for the kind to say.
 */
export function createAdministratorSignIn(deps: {
  requests: SignInRequests;
  /** @throws MooringError where there is nothing to sign in for */
  purposeOf: (workspaceId: string, connectionId: string) => Promise<SignInPurpose>;
  log: Logger;
}) {
  const { requests, purposeOf, log } = deps;

  return {
    /**
     * @param options.sessionHash of the browser session that has to come back: without one anyone could be sent there
     * @throws MooringError `credential_unavailable` where the installation has no app, what `purposeOf` throws, and what
     * the kind refuses; ProviderError where there is no such organisation
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
      const { kind, ...subject } = await purposeOf(request.workspaceId, request.connectionId);
      const urlWith = await requireSignIns(kind).ownerUrl(subject, { redirectUri, signal });
      if (!urlWith.ok) throw refusalError(kind, urlWith, null); // what is refused begins nothing
      const { state, nonce, codeVerifier, expiresAt } = await requests.begin('ownership', {
        ...request,
        provider: kind.kind.id,
      });
      const codeChallenge = createHash('sha256').update(codeVerifier).digest('base64url');
      const url = urlWith.value({ state, nonce, codeChallenge });
      return { url, expiresAt: expiresAt.toISOString() };
    },

    /** @param options.redirectUri the same as for `start` */
    async finish(
      answer: Answer,
      options: { sessionHash: Buffer | null; redirectUri: string; signal: AbortSignal },
    ): Promise<Return> {
      const { sessionHash, ...back } = options;
      const request = await requests.take('ownership', stateOf(answer), sessionHash);
      if (!request) return refused('/connections', FOREIGN_STATE);
      const { returnTo, workspaceId, connectionId, nonce, codeVerifier } = request;
      try {
        const { kind, proven, ...subject } = await purposeOf(workspaceId, connectionId!);
        const owner = await requireSignIns(kind).readOwner(subject, answer, {
          ...back,
          nonce,
          codeVerifier,
        });
        if (!owner.ok) {
          const { reason, log: detail } = owner;
          if (detail)
            log.warn({ err: detail, workspaceId, connectionId }, 'an answer to a sign-in was refused');
          return refused(returnTo, reason);
        }
        const recorded = await proven(owner.who);
        if (!recorded) return refused(returnTo, 'The connection changed in the meantime. Begin again.');
        return { path: returnTo, query: { ownership: 'proven' } };
      } catch (error) {
        if (!(error instanceof MooringError || error instanceof ProviderError)) throw error;
        return refused(returnTo, error.message);
      }
    },
  };
}

const refused = (path: string, reason: string): Return => ({ path, query: { ownership: 'refused', reason } });
