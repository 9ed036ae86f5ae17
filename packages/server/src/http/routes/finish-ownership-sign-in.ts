import { readEntraAnswer } from '../../connections/identity/entra-answer.ts';
import { CALLBACKS, sessionHashOf } from '../entra-callback.ts';
import { intoWebApp } from '../into-web-app.ts';
import { route } from '../route.ts';

export const finishOwnershipSignIn = route({
  id: 'finishOwnershipSignIn',
  handle: async ({ services, query, baseUrl, request, reply, signal }) => {
    const { path, query: told } = await services.connections.ownershipSignIn.finish(readEntraAnswer(query), {
      sessionHash: sessionHashOf(request),
      redirectUri: baseUrl + CALLBACKS.ownership,
      signal,
    });
    reply.header('location', intoWebApp(baseUrl, path, told));
  },
});
