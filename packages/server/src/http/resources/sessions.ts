import type { AuditCaller, sessionRoutes } from '@mooring/contract';
import { MooringError } from '../../platform/problem.ts';
import { beginSession } from '../begin-session.ts';
import type { Handlers } from '../route.ts';
import { sessionCookie, sessionCookieName } from '../session-cookie.ts';

export const sessionHandlers = {
  createSession: async ({ services, body, baseUrl, request, reply }) => {
    const session = await services.access.signIn(body.code, request.ip).catch(async error => {
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
    return beginSession(services, session, { baseUrl, request, reply });
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

  createSignInLink: async ({ services, caller, body, baseUrl }) =>
    services.access.createSignInLink(caller, baseUrl, body.memberId),

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
