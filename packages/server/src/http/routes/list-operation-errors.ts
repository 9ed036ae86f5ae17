import { route } from '../route.ts';

export const listOperationErrors = route({
  id: 'listOperationErrors',
  handle: async ({ services, caller, params, query }) =>
    services.operations.listErrors(caller.workspaceId, params.operationId, query),
});
