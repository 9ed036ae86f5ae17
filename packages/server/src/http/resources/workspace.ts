import type { workspaceRoutes } from '@mooring/contract';
import type { Handlers } from '../route.ts';

export const workspaceHandlers = {
  getIdentity: async ({ caller }) => caller,

  getWorkspace: async ({ services, caller }) => services.catalogue.getWorkspace(caller.workspaceId),

  updateWorkspace: async ({ services, caller, body, ifRevision }) =>
    services.catalogue.updateWorkspace(caller.workspaceId, body, ifRevision),
} satisfies Handlers<typeof workspaceRoutes>;
