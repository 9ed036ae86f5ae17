import { z } from 'zod';
import { id, timestamp } from './common.ts';

/** Where to send an administrator's browser. `url` carries a signed state that ends at `expiresAt`. */
export const signInRedirect = z.object({ url: z.url(), expiresAt: timestamp }).meta({ id: 'SignInRedirect' });
export type SignInRedirect = z.infer<typeof signInRedirect>;

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

/** Begins the sign-in that proves that somebody of the connection's tenant wants this workspace. */
export const ownershipSignInRequest = z.strictObject({
  connectionId: id('connection'),
  returnTo: z
    .string()
    .max(500)
    .regex(/^\/(?![/\\])/)
    .default('/connections')
    .meta({
      description: 'A path of the web app; it gets `ownership=proven|refused` and `reason` as query',
    }),
});
