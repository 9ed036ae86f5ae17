import { route } from '../route.ts';

export const cancelOperation = route({
  id: 'cancelOperation',
  handle: async ({ services, caller, params }) =>
    services.operations.cancel(caller.workspaceId, params.operationId),
});
