import { route } from '../route.ts';

export const proveOwnership = route({
  id: 'proveOwnership',
  handle: async ({ services, caller, params, signal }) =>
    services.connections.proveOwnership(caller.workspaceId, params.connectionId, signal),
});
