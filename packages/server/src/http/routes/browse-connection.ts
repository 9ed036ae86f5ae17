import { route } from '../route.ts';

export const browseConnection = route({
  id: 'browseConnection',
  handle: async ({ services, caller, params, query, signal }) =>
    services.connections.browse(caller.workspaceId, params.connectionId, query, signal),
});
