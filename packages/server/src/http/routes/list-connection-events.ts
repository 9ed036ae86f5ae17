import { route } from '../route.ts';

export const listConnectionEvents = route({
  id: 'listConnectionEvents',
  handle: async ({ services, caller, params, query }) =>
    services.connections.listEvents(caller.workspaceId, params.connectionId, query),
});
