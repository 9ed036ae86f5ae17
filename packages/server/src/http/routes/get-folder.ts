import { route } from '../route.ts';

export const getFolder = route({
  id: 'getFolder',
  handle: async ({ services, caller, params }) =>
    services.catalogue.getFolder(caller.workspaceId, params.folderId),
});
