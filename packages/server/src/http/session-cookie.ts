import type { CookieSerializeOptions } from '@fastify/cookie';
import { SESSION_SECONDS } from '../access/sessions.ts';

const isSecure = (baseUrl: string): boolean => baseUrl.startsWith('https:');

/**
 * What the cookie is called. Over HTTPS no other site of the same domain can set one of that name:
 * https://httpwg.org/http-extensions/draft-ietf-httpbis-rfc6265bis.html#name-the-__host-prefix
 * @param baseUrl where this server is reached from outside
 */
export const sessionCookieName = (baseUrl: string): string =>
  isSecure(baseUrl) ? '__Host-mooring_session' : 'mooring_session';

/**
 * The cookie stays as long as a session may; the server knows when one ends. No script reads it, no page of another site
 * sends it along, and over HTTPS it never travels in the clear.
 */
export const sessionCookie = (baseUrl: string): CookieSerializeOptions => ({
  path: '/',
  httpOnly: true,
  sameSite: 'lax',
  secure: isSecure(baseUrl),
  maxAge: SESSION_SECONDS,
});
