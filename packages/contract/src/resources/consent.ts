import { z } from 'zod';
import { timestamp } from '../common.ts';
import { defineRoute } from '../route.ts';
import { storageKindId } from '../storage-kinds.ts';

/** Where to send an administrator's browser. `url` carries a signed state that ends at `expiresAt`. */
export const signInRedirect = z.object({ url: z.url(), expiresAt: timestamp }).meta({ id: 'SignInRedirect' });
export type SignInRedirect = z.infer<typeof signInRedirect>;

/** The sign-in service comes back with these; it may add more, so no field is refused. */
export const signInCallback = z.looseObject({ state: z.string().max(4000).optional() });

/** Begins the consent of an organisation to the app of this installation. The storage kind reads the other fields. */
export const consentRequest = z.looseObject({
  provider: storageKindId.optional().meta({ description: 'Default: the first that `getInstallation` names' }),
  returnTo: z
    .string()
    .max(500)
    .regex(/^\/(?![/\\])/)
    .default('/connections/new')
    .meta({
      description:
        'A path of the web app; it gets `consent=granted|refused` and `reason` as query, and what the kind adds',
    }),
});

/** The consent of an organisation to this installation's app. */
export const consentRoutes = {
  startConsent: defineRoute({
    method: 'POST',
    path: '/v1/consent',
    tag: 'connections',
    summary: "Where an administrator consents to this installation's app",
    action: 'connections.change',
    body: consentRequest,
    status: 200,
    response: signInRedirect,
    audit: 'consent.begun',
  }),
  finishConsent: defineRoute({
    method: 'GET',
    path: '/v1/consent/callback',
    tag: 'connections',
    summary: 'The sign-in service sends the administrator back here; redirects into the web app',
    action: null,
    query: signInCallback,
    status: 302,
    response: null,
  }),
} as const;
