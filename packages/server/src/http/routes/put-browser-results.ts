import { route } from '../route.ts';

export const putBrowserResults = route({
  id: 'putBrowserResults',
  handle: async ({ services, caller, params, body }) =>
    services.connections.putBrowserResults(caller.workspaceId, params.connectionId, body),
});
