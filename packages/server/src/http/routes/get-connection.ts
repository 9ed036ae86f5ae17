import { route } from '../route.ts';

export const getConnection = route({
  id: 'getConnection',
  handle: async ({ services, caller, params }) =>
    services.connections.get(caller.workspaceId, params.connectionId),
});
