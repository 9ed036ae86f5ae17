import type { AuditCaller, sessionRoutes } from '@mooring/contract';
import { MooringError } from '../../platform/problem.ts';
import { byCaller } from '../audited.ts';
import type { Handlers } from '../route.ts';
import { sessionCookie, sessionCookieName } from '../session-cookie.ts';

export const sessionHandlers = {
  createSession: async ({ services, body, baseUrl, request, reply }) => {
    const { secret, caller } = await services.access.signIn(body.code, request.ip).catch(async error => {
      const link = await services.access.findSpentLink(body.code);
      if (link) {
        await services.audit.recordRefusal(link.workspaceId, {
          action: 'session.begun',
          ...{ caller: UNKNOWN, address: request.ip },
          ...{ subjectId: link.id, detail: {} },
        });
      }
      throw error;
    });
    // Before the cookie leaves: a session that is not written down is of no use to anyone.
    await services.audit.record(caller.workspaceId, {
      action: 'session.begun',
      ...byCaller(caller, request),
      subjectId: caller.sessionId,
      detail: { parentTokenId: caller.tokenId },
    });
    reply.setCookie(sessionCookieName(baseUrl), secret, sessionCookie(baseUrl));
    return caller;
  },

  deleteSession: async ({ services, caller, baseUrl, request, reply }) => {
    const secret = request.cookies[sessionCookieName(baseUrl)];
    if (caller.via !== 'session' || !secret) throw noSession();
    await services.access.signOut(secret);
    reply.clearCookie(sessionCookieName(baseUrl), sessionCookie(baseUrl));
  },

  listSessions: async ({ services, caller, query }) => services.access.listSessions(caller, query),

  endSession: async ({ services, caller, params }) =>
    services.access.endSession(caller.workspaceId, params.sessionId),

  createSignInLink: async ({ services, caller, baseUrl }) =>
    services.access.createSignInLink(caller, baseUrl),

  listSignInLinks: async ({ services, caller, query }) =>
    services.access.listSignInLinks(caller.workspaceId, query),

  deleteSignInLink: async ({ services, caller, params }) =>
    services.access.deleteSignInLink(caller.workspaceId, params.signInLinkId),
} satisfies Handlers<typeof sessionRoutes>;

/** One who has the code of a link that works no more. */
const UNKNOWN: AuditCaller = { via: 'session', id: null, name: null, sessionId: null };

const noSession = (): MooringError =>
  new MooringError('invalid_request', 'This request came with a token, so there is no session to end.', {
    fix: 'To end a token, send DELETE /v1/tokens/TOKEN_ID.',
  });
