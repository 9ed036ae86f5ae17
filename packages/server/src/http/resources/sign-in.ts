import { OIDC_PATHS, type SignInRefusal, type signInRoutes } from '@mooring/contract';
import type { OidcProvider } from '../../access/oidc/provider.ts';
import { admit } from '../../access/oidc/rules.ts';
import { byServer } from '../../audit/entry.ts';
import { MooringError } from '../../platform/problem.ts';
import { byCaller } from '../audited.ts';
import { beginSession } from '../begin-session.ts';
import { intoWebApp } from '../into-web-app.ts';
import { keepBegun, takeBegun } from '../oidc-cookie.ts';
import type { Handlers, RouteInput } from '../route.ts';
import type { Services } from '../services.ts';

export const signInHandlers = {
  getSignInOptions: async ({ services: { oidc } }) => ({ oidc: oidc && { name: oidc.name } }),

  startOidc: async ({ services, query, baseUrl, reply }) => {
    const provider = requireProvider(services);
    try {
      const { url, leaving } = await provider.begin(baseUrl + OIDC_PATHS.callback);
      keepBegun(services, reply, baseUrl, { ...leaving, next: query.next });
      reply.header('location', url);
    } catch (error) {
      services.log.warn({ err: error }, 'a sign-in at the OpenID provider could not begin');
      reply.header('location', refused(baseUrl, 'unavailable'));
    }
  },

  finishOidc: async input => {
    const { services, baseUrl, request, reply } = input;
    const provider = requireProvider(services);
    const begun = takeBegun(services, request, reply, baseUrl);
    const why = begun ? await signIn(provider, begun, input) : 'expired';
    reply.header('location', why ? refused(baseUrl, why) : intoWebApp(baseUrl, begun!.next, {}));
  },

  signOutOidc: async ({ services, baseUrl, reply }) => {
    const page = `${baseUrl}/sign-in`;
    const url = await requireProvider(services)
      .signOutUrl(page)
      .catch((error: unknown) => {
        services.log.warn({ err: error }, 'a browser could not go on to sign out of the OpenID provider');
        return null;
      });
    reply.header('location', url ?? page);
  },
} satisfies Handlers<typeof signInRoutes>;

/** Signs in the person whom the provider names. @returns why they do not get in; null where they do */
async function signIn(
  provider: OidcProvider,
  begun: NonNullable<ReturnType<typeof takeBegun>>,
  { services, baseUrl, request, reply }: RouteInput<typeof signInRoutes.finishOidc>,
): Promise<SignInRefusal | null> {
  const claims = await provider.finish(new URL(request.url, baseUrl), begun).catch((error: unknown) => {
    services.log.warn({ err: error }, 'a sign-in at the OpenID provider failed');
    return null;
  });
  if (claims === null) return 'provider';
  const admitted = admit(claims, provider.settings);
  const session =
    typeof admitted === 'string'
      ? admitted
      : await services.access.signInFromProvider({ ...claims, ...admitted });
  const { audit } = services;
  if (typeof session === 'string') {
    await audit.recordRefusal(await services.access.firstWorkspace(), {
      action: 'session.begun',
      caller: { via: 'session', id: null, name: claims.email ?? claims.name, sessionId: null },
      ...{ address: request.ip, subjectId: claims.subject, detail: { reason: session } },
    });
    return session;
  }
  const { caller, hasJoined, newRole } = session;
  const { workspaceId, id: subjectId, name, role } = caller;
  if (hasJoined) {
    const detail = { name, role };
    await audit.record(workspaceId, {
      action: 'member.joined',
      ...byCaller(caller, request),
      ...{ subjectId, detail },
    });
  } else if (newRole) {
    const detail = { changed: 'role', name, role: newRole };
    await audit.record(workspaceId, {
      action: 'member.updated',
      ...byServer('groups of the OpenID provider'),
      ...{ subjectId, detail },
    });
  }
  await beginSession(services, session, { baseUrl, request, reply });
  return null;
}

/** The sign-in page, with the reason as one of the words it knows. */
const refused = (baseUrl: string, why: SignInRefusal): string =>
  intoWebApp(baseUrl, '/sign-in', { refused: why });

/** @throws MooringError `not_found` where there is no provider */
function requireProvider({ oidc }: Services): OidcProvider {
  if (oidc) return oidc;
  throw new MooringError('not_found', 'This installation has no OpenID provider.', {
    fix: 'Sign in with a link. The operator sets MOORING_OIDC_ISSUER and MOORING_OIDC_CLIENT_ID for a provider.',
  });
}
