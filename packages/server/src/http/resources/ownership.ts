import type { ownershipRoutes } from '@mooring/contract';
import { MooringError } from '../../platform/problem.ts';
import { intoWebApp } from '../into-web-app.ts';
import type { Handlers } from '../route.ts';
import { CALLBACKS, sessionHashOf } from '../sign-in-callback.ts';

export const ownershipHandlers = {
  startOwnershipSignIn: async ({ services, caller, body, baseUrl, request, signal }) => {
    const sessionHash = caller.via === 'session' ? sessionHashOf(request, baseUrl) : null;
    if (sessionHash === null) throw needsBrowser();
    return services.connections.ownershipSignIn.start({
      workspaceId: caller.workspaceId,
      sessionHash,
      connectionId: body.connectionId,
      returnTo: body.returnTo,
      redirectUri: baseUrl + CALLBACKS.ownership,
      signal,
    });
  },

  finishOwnershipSignIn: async ({ services, query, baseUrl, request, reply, signal }) => {
    const { path, query: outcome } = await services.connections.ownershipSignIn.finish(query, {
      sessionHash: sessionHashOf(request, baseUrl),
      redirectUri: baseUrl + CALLBACKS.ownership,
      signal,
    });
    reply.header('location', intoWebApp(baseUrl, path, outcome));
  },

  proveOwnership: async ({ services, caller, params, signal }) =>
    services.connections.proveOwnership(caller.workspaceId, params.connectionId, signal),
} satisfies Handlers<typeof ownershipRoutes>;

const needsBrowser = (): MooringError =>
  new MooringError(
    'forbidden',
    'A sign-in must begin and end in the same browser. This request came with an API token.',
    { fix: 'Begin it on the connection’s page, or ask the owner to set the mark in the container.' },
  );
