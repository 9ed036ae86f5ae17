import type { linkRoutes } from '@mooring/contract';
import type { Handlers } from '../route.ts';

export const linkHandlers = {
  listLinks: async ({ services, caller, query }) => services.access.listLinks(caller.workspaceId, query),

  createLink: async ({ services, caller, body, baseUrl }) =>
    services.access.createLink(caller, body, baseUrl),

  deleteLink: async ({ services, caller, params }) =>
    services.access.deleteLink(caller.workspaceId, params.linkId),
} satisfies Handlers<typeof linkRoutes>;
