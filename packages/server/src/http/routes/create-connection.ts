import { route } from '../route.ts';

export const createConnection = route({
  id: 'createConnection',
  handle: async ({ services, caller, body }) =>
    services.connections.create(caller.workspaceId, body, caller.name),
});
