import type { folderRoutes } from '@mooring/contract';
import type { Handlers } from '../route.ts';

export const folderHandlers = {
  listFolders: async ({ services, caller, query }) =>
    services.catalogue.listFolders(caller.workspaceId, query),

  getFolder: async ({ services, caller, params }) =>
    services.catalogue.getFolder(caller.workspaceId, params.folderId),

  updateFolder: async ({ services, caller, params, body, ifRevision }) =>
    services.catalogue.updateFolder(caller.workspaceId, params.folderId, body, ifRevision),
} satisfies Handlers<typeof folderRoutes>;
