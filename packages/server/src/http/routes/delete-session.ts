import { MooringError } from '../../platform/problem.ts';
import { route } from '../route.ts';
import { SESSION_COOKIE, sessionCookie } from '../session-cookie.ts';

export const deleteSession = route({
  id: 'deleteSession',
  handle: async ({ services, caller, baseUrl, request, reply }) => {
    const secret = request.cookies[SESSION_COOKIE];
    if (caller.via !== 'session' || !secret) {
      throw new MooringError(
        'invalid_request',
        'This request came with a token, so there is no session to end.',
        {
          fix: 'To end a token, send DELETE /v1/tokens/TOKEN_ID.',
        },
      );
    }
    await services.access.signOut(secret);
    reply.clearCookie(SESSION_COOKIE, sessionCookie(baseUrl));
  },
});
