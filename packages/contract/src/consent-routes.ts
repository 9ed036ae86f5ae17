import { z } from 'zod';
import { id } from './common.ts';
import { connection } from './connection.ts';
import { consentRequest, ownershipSignInRequest, signInRedirect } from './consent.ts';
import { installation } from './installation.ts';
import { defineRoute } from './route.ts';

/** Azure comes back with these; more may be added by Microsoft, so nothing else is refused. */
const callbackQuery = z.looseObject({ state: z.string().max(4000).optional() });

/** Consent, and proof that the account's owner wants this workspace. */
export const consentRoutes = {
  getInstallation: defineRoute({
    method: 'GET',
    path: '/v1/installation',
    tag: 'service',
    summary: 'Which credentials can be chosen here, and what is needed for them',
    scope: 'read',
    status: 200,
    response: installation,
  }),
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
    query: callbackQuery,
    status: 302,
    response: null,
  }),
  startOwnershipSignIn: defineRoute({
    method: 'POST',
    path: '/v1/ownership/sign-in',
    tag: 'connections',
    summary: 'Where somebody of the tenant signs in, to prove that this workspace is wanted',
    scope: 'admin',
    body: ownershipSignInRequest,
    status: 200,
    response: signInRedirect,
  }),
  finishOwnershipSignIn: defineRoute({
    method: 'GET',
    path: '/v1/ownership/callback',
    tag: 'connections',
    summary: 'Microsoft Entra ID sends them back here; redirects into the web app',
    scope: null,
    query: callbackQuery,
    status: 302,
    response: null,
  }),
  proveOwnership: defineRoute({
    method: 'POST',
    path: '/v1/connections/:connectionId/ownership',
    tag: 'connections',
    summary: 'Look for the mark in the storage account now',
    description:
      'While ownership is not proven, every reason why it is not looks the same: nothing is told about the account.',
    scope: 'admin',
    params: z.object({ connectionId: id('connection') }),
    status: 200,
    response: connection,
  }),
} as const;
