import type { FastifyReply, FastifyRequest } from 'fastify';
import { z } from 'zod';
import type { Leaving } from '../access/oidc/provider.ts';
import type { SealedFor } from '../platform/secrets.ts';
import type { Services } from './services.ts';
import { sessionCookie } from './session-cookie.ts';

/** A person may have to find a second factor. */
const SECONDS = 900;
const SEALED_FOR: SealedFor = {
  name: 'the sign-in that a browser began',
  words: 'this installation',
  fix: 'Sign in again.',
  values: ['oidc-sign-in'],
};

const kept = z.object({
  state: z.string(),
  nonce: z.string(),
  codeVerifier: z.string(),
  next: z.string(),
  until: z.number(),
});

type Cookies = Pick<Services, 'secrets' | 'clock'>;
/** What a browser keeps while it is at the provider, and the page that it goes on to. */
type Begun = Leaving & { next: string };

/** Over HTTPS no other site of the same domain can set one of that name, as with the cookie of the session. */
const nameOf = (baseUrl: string): string =>
  baseUrl.startsWith('https:') ? '__Host-mooring_oidc' : 'mooring_oidc';

/** Keeps, sealed, what has to fit when the browser comes back: only the browser that left can come back. */
export function keepBegun(
  { secrets, clock }: Cookies,
  reply: FastifyReply,
  baseUrl: string,
  begun: Begun,
): void {
  const text = JSON.stringify({ ...begun, until: clock.now().getTime() + SECONDS * 1000 });
  const sealed = secrets.seal(text, SEALED_FOR).toString('base64url');
  reply.setCookie(nameOf(baseUrl), sealed, { ...sessionCookie(baseUrl), maxAge: SECONDS });
}

/** What the browser left with; null where it did not, or too long ago. It works once in that browser. */
export function takeBegun(
  { secrets, clock }: Cookies,
  request: FastifyRequest,
  reply: FastifyReply,
  baseUrl: string,
): Begun | null {
  const cookie = request.cookies[nameOf(baseUrl)];
  if (!cookie) return null;
  reply.clearCookie(nameOf(baseUrl), sessionCookie(baseUrl));
  try {
    const text = secrets.unseal(Buffer.from(cookie, 'base64url'), SEALED_FOR);
    const { until, ...begun } = kept.parse(JSON.parse(text));
    return until > clock.now().getTime() ? begun : null;
  } catch {
    return null; // changed, or sealed with a key that is no longer there: the person signs in again
  }
}
