import { MooringError } from '../../platform/problem.ts';
import { CALLBACKS, sessionHashOf } from '../entra-callback.ts';
import { route } from '../route.ts';

export const startOwnershipSignIn = route({
  id: 'startOwnershipSignIn',
  handle: async ({ services, caller, body, baseUrl, request, signal }) => {
    const sessionHash = caller.via === 'session' ? sessionHashOf(request) : null;
    if (sessionHash === null) {
      throw new MooringError(
        'forbidden',
        'A sign-in has to be begun in the browser that it ends in; this request came with an API token.',
        { fix: 'Begin it on the connection’s page, or let the owner set the mark in the container.' },
      );
    }
    return services.connections.ownershipSignIn.start({
      workspaceId: caller.workspaceId,
      sessionHash,
      connectionId: body.connectionId,
      returnTo: body.returnTo,
      redirectUri: baseUrl + CALLBACKS.ownership,
      signal,
    });
  },
});
