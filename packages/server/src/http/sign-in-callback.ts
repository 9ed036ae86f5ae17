import type { FastifyRequest } from 'fastify';
import { hashSecret } from '../access/secret.ts';
import { sessionCookieName } from './session-cookie.ts';

/** Where a sign-in service sends browsers back to. Both addresses have to be registered for the app. */
export const CALLBACKS = { consent: '/v1/consent/callback', ownership: '/v1/ownership/callback' } as const;

/** Identifies a browser's session without revealing it; null where there is none. */
export function sessionHashOf(request: FastifyRequest, baseUrl: string): Buffer | null {
  const cookie = request.cookies[sessionCookieName(baseUrl)];
  return cookie ? hashSecret(cookie) : null;
}
