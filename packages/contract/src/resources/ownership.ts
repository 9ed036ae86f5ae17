import { z } from 'zod';
import { id } from '../common.ts';
import { defineRoute } from '../route.ts';
import { connection, connectionParams } from './connections.ts';
import { signInCallback, signInRedirect } from './consent.ts';

/** Begins the sign-in by which an administrator of the storage's owner says that this workspace is wanted. */
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

/** Proof that the storage's owner wants this workspace. */
export const ownershipRoutes = {
  startOwnershipSignIn: defineRoute({
    method: 'POST',
    path: '/v1/ownership/sign-in',
    tag: 'connections',
    summary: 'Where an administrator of the owner signs in, to prove that this workspace is wanted',
    action: 'connections.change',
    body: ownershipSignInRequest,
    status: 200,
    response: signInRedirect,
  }),
  finishOwnershipSignIn: defineRoute({
    method: 'GET',
    path: '/v1/ownership/callback',
    tag: 'connections',
    summary: 'The sign-in service sends them back here; redirects into the web app',
    action: null,
    query: signInCallback,
    status: 302,
    response: null,
  }),
  proveOwnership: defineRoute({
    method: 'POST',
    path: '/v1/connections/:connectionId/ownership',
    tag: 'connections',
    summary: 'Look for the mark in the storage account now',
    description:
      'While ownership is not proven, every reason looks the same: the answer says nothing about the account.',
    action: 'connections.change',
    params: connectionParams,
    status: 200,
    response: connection,
  }),
} as const;
