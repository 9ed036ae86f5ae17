import { route } from '../route.ts';

export const listOperations = route({
  id: 'listOperations',
  handle: async ({ services, caller, query: { cursor, limit, ...filter } }) =>
    services.operations.list(caller.workspaceId, filter, { cursor, limit }),
});
