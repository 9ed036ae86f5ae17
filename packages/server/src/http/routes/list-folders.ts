import { route } from '../route.ts';

export const listFolders = route({
  id: 'listFolders',
  handle: async ({ services, caller, query }) => services.catalogue.listFolders(caller.workspaceId, query),
});
