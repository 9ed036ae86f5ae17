import { route } from '../route.ts';

export const updateWorkspace = route({
  id: 'updateWorkspace',
  handle: async ({ services, caller, body }) => services.catalogue.updateWorkspace(caller.workspaceId, body),
});
