import type { profileRoutes } from '@mooring/contract';
import type { Handlers } from '../route.ts';

export const profileHandlers = {
  listProfiles: async ({ services, caller, query }) =>
    services.catalogue.listProfiles(caller.workspaceId, query),

  getProfile: async ({ services, caller, params }) =>
    services.catalogue.getProfile(caller.workspaceId, params.profileName),

  putProfile: async ({ services, caller, params, body, ifRevision }) =>
    services.catalogue.putProfile(caller.workspaceId, params.profileName, body, ifRevision),

  deleteProfile: async ({ services, caller, params }) =>
    services.catalogue.deleteProfile(caller.workspaceId, params.profileName),
} satisfies Handlers<typeof profileRoutes>;
