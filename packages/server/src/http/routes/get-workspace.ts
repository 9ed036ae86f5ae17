import { route } from '../route.ts';

export const getWorkspace = route({
  id: 'getWorkspace',
  handle: async ({ services, caller }) => services.catalogue.getWorkspace(caller.workspaceId),
});
