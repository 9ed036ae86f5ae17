import type { folderRoutes } from '@mooring/contract';
import type { Handlers } from '../route.ts';

export const folderHandlers = {
  listFolders: async ({ services, caller, query }) =>
    services.catalogue.listFolders(caller.workspaceId, query),

  getFolder: async ({ services, caller, params }) =>
    services.catalogue.getFolder(caller.workspaceId, params.folderId),

  updateFolder: async ({ services, caller, params, body }) =>
    services.catalogue.updateFolder(caller.workspaceId, params.folderId, body),
} satisfies Handlers<typeof folderRoutes>;
