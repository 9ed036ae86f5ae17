import type { CookieSerializeOptions } from '@fastify/cookie';
import { SESSION_SECONDS } from '../access/sessions.ts';

export const SESSION_COOKIE = 'mooring_session';

/** No script reads it, no other site's page sends it along, and over HTTPS it never travels in the clear. */
export const sessionCookie = (baseUrl: string): CookieSerializeOptions => ({
  path: '/',
  httpOnly: true,
  sameSite: 'lax',
  secure: baseUrl.startsWith('https:'),
  maxAge: SESSION_SECONDS,
});
