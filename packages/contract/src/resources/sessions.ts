import { z } from 'zod';
import { id, page, pageQuery, timestamp } from '../common.ts';
import { defineRoute } from '../route.ts';
import { linkListed, parentTokenId } from './tokens.ts';
import { identity } from './workspace.ts';

export const signInLink = z
  .object({ id: id('signInLink'), url: z.url(), expiresAt: timestamp })
  .meta({ id: 'SignInLink', description: 'Works once' });
export type SignInLink = z.infer<typeof signInLink>;

export const signInLinkListed = linkListed('signInLink')
  .extend({ memberId: id('member').meta({ description: 'Who signs in with it' }) })
  .meta({ id: 'SignInLinkListed' });
export type SignInLinkListed = z.infer<typeof signInLinkListed>;

export const session = z
  .object({
    id: id('session'),
    memberId: id('member'),
    name: z.string().meta({ description: 'Who signed in' }),
    createdAt: timestamp,
    expiresAt: timestamp,
    current: z.boolean().meta({ description: 'Whether this request came with it' }),
    parentTokenId,
  })
  .meta({ id: 'Session' });
export type Session = z.infer<typeof session>;

/** The address of a sign-in link. The code stands after the `#`, so that it reaches no server's log. */
export const signInUrl = (baseUrl: string, code: string): string => `${baseUrl}/sign-in#code=${code}`;

/** The code of a sign-in link, or null where the address holds none. */
export const signInCode = (url: string): string | null => /#code=([\w-]+)$/.exec(url)?.[1] ?? null;

/** Signing in and out. */
export const sessionRoutes = {
  createSession: defineRoute({
    method: 'POST',
    path: '/v1/sessions',
    tag: 'access',
    summary: 'Exchange the code of a sign-in link for a session cookie',
    action: null,
    body: z.strictObject({ code: z.string().min(1).max(200) }),
    status: 201,
    response: identity,
  }),
  deleteSession: defineRoute({
    method: 'DELETE',
    path: '/v1/sessions/current',
    tag: 'access',
    summary: 'Sign out',
    action: 'self.see',
    status: 204,
    response: null,
    audit: 'session.ended',
  }),
  listSessions: defineRoute({
    method: 'GET',
    path: '/v1/sessions',
    tag: 'access',
    summary: 'Sessions of browsers that have not ended, newest first',
    action: 'people.see',
    query: pageQuery,
    status: 200,
    response: page(session),
  }),
  endSession: defineRoute({
    method: 'DELETE',
    path: '/v1/sessions/:sessionId',
    tag: 'access',
    summary: 'End a session at once',
    action: 'people.change',
    params: z.object({ sessionId: id('session') }),
    status: 204,
    response: null,
    audit: 'session.ended',
  }),
  listSignInLinks: defineRoute({
    method: 'GET',
    path: '/v1/sign-in-links',
    tag: 'access',
    summary: 'Sign-in links that still work, newest first',
    action: 'people.see',
    query: pageQuery,
    status: 200,
    response: page(signInLinkListed),
  }),
  deleteSignInLink: defineRoute({
    method: 'DELETE',
    path: '/v1/sign-in-links/:signInLinkId',
    tag: 'access',
    summary: 'Revoke a sign-in link',
    action: 'people.change',
    params: z.object({ signInLinkId: id('signInLink') }),
    status: 204,
    response: null,
    audit: 'sign_in_link.revoked',
  }),
  createSignInLink: defineRoute({
    method: 'POST',
    path: '/v1/sign-in-links',
    tag: 'access',
    summary: 'A link that signs a member in, once, within an hour',
    description:
      'A link that a token makes, and the session that it opens, end with the token at the latest.',
    action: 'people.change',
    body: z
      .strictObject({
        memberId: id('member')
          .optional()
          .meta({ description: 'Default: the caller; for a service token, the first administrator' }),
      })
      .prefault({}),
    status: 201,
    response: signInLink,
    audit: 'sign_in_link.created',
  }),
} as const;
