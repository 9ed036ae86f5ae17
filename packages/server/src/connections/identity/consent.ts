import { MooringError, type SignInRedirect } from '@mooring/contract';
import { type Kinds, type RunningKind, refusalError } from '../../platform/kinds.ts';
import type { SignInRequests } from './requests.ts';

/** Where the browser continues in the web app, and what it shows there. */
export interface Return {
  path: string;
  query: Record<string, string>;
}

/** What came back from a sign-in service. */
export type Answer = Readonly<Record<string, unknown>>;

/** The `state` of an answer: the first where there are several. */
export const stateOf = (answer: Answer): string | undefined => {
  const state = [answer.state].flat()[0];
  return typeof state === 'string' ? state : undefined;
};

/**
 * The consent of an organisation to the app of this installation. A browser that comes back shows only that a person
 * was there. The organisation stands in the address, which anyone can write. So consent proves nothing, and the answer
 * only fills in the form.
 */
export function createConsent({ kinds, requests }: { kinds: Kinds; requests: SignInRequests }) {
  return {
    /**
     * @param options.typed what the form of the kind has
     * @param options.redirectUri where this installation is called back, as registered for the app
     * @throws MooringError `credential_unavailable` where there is no such app; `invalid_request` for what the kind refuses
     */
    async start(options: {
      workspaceId: string;
      sessionHash: Buffer | null;
      provider: string | undefined;
      typed: Answer;
      returnTo: string;
      redirectUri: string;
    }): Promise<SignInRedirect> {
      const { provider, typed, redirectUri, ...request } = options;
      const kind = kinds.get(provider);
      const signIns = requireSignIns(kind);
      const urlWith = signIns.consentUrl(typed, { redirectUri });
      if (!urlWith.ok) throw refusalError(kind, urlWith, null); // what is refused begins nothing
      const { state, expiresAt } = await requests.begin('consent', {
        ...request,
        connectionId: null,
        provider: kind.kind.id,
      });
      return { url: urlWith.value(state), expiresAt: expiresAt.toISOString() };
    },

    async finish(answer: Answer, sessionHash: Buffer | null): Promise<Return> {
      const request = await requests.take('consent', stateOf(answer), sessionHash);
      if (!request) return { path: '/connections/new', query: { consent: 'refused', reason: FOREIGN_STATE } };
      const { returnTo: path, provider } = request;
      const outcome = requireSignIns(kinds.get(provider)).readConsent(answer);
      return outcome.granted
        ? { path, query: { consent: 'granted', ...outcome.fills } }
        : { path, query: { consent: 'refused', reason: outcome.reason } };
    },
  };
}

export const FOREIGN_STATE =
  'This sign-in began more than an hour ago, began in another browser, or is already finished. Begin again.';

/** @throws MooringError `credential_unavailable` */
export function requireSignIns({ kind, signIns }: RunningKind): NonNullable<RunningKind['signIns']> {
  if (signIns) return signIns;
  throw new MooringError(
    'credential_unavailable',
    `${kind.words.service} has no sign-in of administrators.`,
    {
      fix: 'Choose another credential.',
    },
  );
}
