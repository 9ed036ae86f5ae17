import { route } from '../route.ts';

export const deleteConnection = route({
  id: 'deleteConnection',
  handle: async ({ services, caller, params, query }) =>
    services.connections.remove(caller.workspaceId, params.connectionId, query),
});
