import type { memberRoutes } from '@mooring/contract';
import type { Handlers } from '../route.ts';

export const memberHandlers = {
  listMembers: async ({ services, caller, query }) => services.access.listMembers(caller, query),

  updateMember: async ({ services, caller, params, body, ifRevision }) =>
    services.access.updateMember(caller, params.memberId, body, ifRevision),

  removeMember: async ({ services, caller, params }) =>
    services.access.removeMember(caller.workspaceId, params.memberId),
} satisfies Handlers<typeof memberRoutes>;
