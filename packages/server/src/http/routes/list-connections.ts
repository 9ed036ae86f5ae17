import { route } from '../route.ts';

export const listConnections = route({
  id: 'listConnections',
  handle: async ({ services, caller, query }) => services.connections.list(caller.workspaceId, query),
});
