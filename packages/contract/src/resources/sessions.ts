import { z } from 'zod';
import { timestamp } from '../common.ts';
import { defineRoute } from '../route.ts';
import { identity } from './workspace.ts';

export const signInLink = z
  .object({ url: z.url(), expiresAt: timestamp })
  .meta({ id: 'SignInLink', description: 'Works once' });
export type SignInLink = z.infer<typeof signInLink>;

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
    scope: null,
    body: z.strictObject({ code: z.string().min(1).max(200) }),
    status: 201,
    response: identity,
  }),
  deleteSession: defineRoute({
    method: 'DELETE',
    path: '/v1/sessions/current',
    tag: 'access',
    summary: 'Sign out',
    scope: 'read',
    status: 204,
    response: null,
  }),
  createSignInLink: defineRoute({
    method: 'POST',
    path: '/v1/sign-in-links',
    tag: 'access',
    summary: 'A link that signs in as an administrator, once, within an hour',
    scope: 'admin',
    status: 201,
    response: signInLink,
  }),
} as const;
