import { z } from 'zod';
import { timestamp } from '../common.ts';
import { defineRoute } from '../route.ts';

/** Where to send an administrator's browser. `url` carries a signed state that ends at `expiresAt`. */
export const signInRedirect = z.object({ url: z.url(), expiresAt: timestamp }).meta({ id: 'SignInRedirect' });
export type SignInRedirect = z.infer<typeof signInRedirect>;

/** Microsoft Entra ID comes back with these; it may add more, so no field is refused. */
export const signInCallback = z.looseObject({ state: z.string().max(4000).optional() });

/** Begins the consent of a tenant to the multi-tenant app of this installation. */
export const consentRequest = z.strictObject({
  tenantId: z.string().min(1).max(200).optional().meta({ description: 'Default: the tenant that signs in' }),
  returnTo: z
    .string()
    .max(500)
    .regex(/^\/(?![/\\])/)
    .default('/connections/new')
    .meta({
      description: 'A path of the web app; it gets `consent=granted|refused`, `tenant` and `reason` as query',
    }),
});

/** The consent of a tenant to this installation's app. */
export const consentRoutes = {
  startConsent: defineRoute({
    method: 'POST',
    path: '/v1/consent',
    tag: 'connections',
    summary: "Where an administrator of a tenant consents to this installation's app",
    scope: 'admin',
    body: consentRequest,
    status: 200,
    response: signInRedirect,
  }),
  finishConsent: defineRoute({
    method: 'GET',
    path: '/v1/consent/callback',
    tag: 'connections',
    summary: 'Microsoft Entra ID sends the administrator back here; redirects into the web app',
    scope: null,
    query: signInCallback,
    status: 302,
    response: null,
  }),
} as const;
