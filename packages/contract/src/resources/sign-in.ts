import { z } from 'zod';
import { defineRoute } from '../route.ts';

/** How people sign in here. Links always work. */
export const signInOptions = z
  .object({
    oidc: z
      .object({ name: z.string().meta({ description: 'What people call the provider' }) })
      .nullable()
      .meta({ description: 'An OpenID provider; null: there is none' }),
  })
  .meta({ id: 'SignInOptions' });
export type SignInOptions = z.infer<typeof signInOptions>;

/** Why a person does not get in with the OpenID provider. The sign-in page has words for each. */
export const SIGN_IN_REFUSALS = [
  'provider', // it refused, or its answer does not fit
  'expired', // the browser did not begin this sign-in, or too long ago
  'unavailable', // it does not answer
  'email', // it gives no verified e-mail address
  'domain', // the address is of a domain that may not sign in
  'group', // no group of the person has a role
  'many-groups', // it leaves the groups out, because there are too many
  'stranger', // neither member nor invited, and people do not come by themselves
  'taken', // another person of the provider has signed in with the address
] as const;
export type SignInRefusal = (typeof SIGN_IN_REFUSALS)[number];

/** Where a browser goes; by their paths, because pages lead there. */
export const OIDC_PATHS = {
  start: '/v1/sign-in/oidc',
  callback: '/v1/sign-in/oidc/callback',
  signOut: '/v1/sign-in/oidc/sign-out',
} as const;

/** Signing in with an OpenID provider. */
export const signInRoutes = {
  getSignInOptions: defineRoute({
    method: 'GET',
    path: '/v1/sign-in',
    tag: 'access',
    summary: 'How people sign in here, beside links',
    action: null,
    status: 200,
    response: signInOptions,
  }),
  startOidc: defineRoute({
    method: 'GET',
    path: OIDC_PATHS.start,
    tag: 'access',
    summary: 'Begin a sign-in at the OpenID provider: redirects the browser there',
    action: null,
    query: z.strictObject({
      next: z
        .string()
        .max(500)
        .regex(/^\/(?![/\\])/)
        .default('/')
        .meta({ description: 'The page of the web app to go on to' }),
    }),
    status: 302,
    response: null,
  }),
  finishOidc: defineRoute({
    method: 'GET',
    path: OIDC_PATHS.callback,
    tag: 'access',
    summary: 'The provider sends the browser back here; begins the session and redirects into the web app',
    description: 'Where a person does not get in, the page `/sign-in` gets the reason as `refused`.',
    action: null,
    query: z.looseObject({}),
    status: 302,
    response: null,
  }),
  signOutOidc: defineRoute({
    method: 'GET',
    path: OIDC_PATHS.signOut,
    tag: 'access',
    summary: 'Also sign out of the OpenID provider: redirects the browser there, where it offers that',
    action: null,
    status: 302,
    response: null,
  }),
} as const;
