import { route } from '../route.ts';

export const getChecks = route({
  id: 'getChecks',
  handle: async ({ services, caller, params }) =>
    services.connections.getChecks(caller.workspaceId, params.connectionId),
});
