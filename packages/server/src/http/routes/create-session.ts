import { route } from '../route.ts';
import { SESSION_COOKIE, sessionCookie } from '../session-cookie.ts';

export const createSession = route({
  id: 'createSession',
  handle: async ({ services, body, baseUrl, request, reply }) => {
    const { secret, caller } = await services.access.signIn(body.code, request.ip);
    reply.setCookie(SESSION_COOKIE, secret, sessionCookie(baseUrl));
    return caller;
  },
});
