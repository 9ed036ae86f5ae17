import { generateSetup, type setupRoutes } from '@mooring/contract';
import type { Handlers } from '../route.ts';

export const setupHandlers = {
  generateSetup: async ({ body }) => generateSetup(body),

  createSetupLink: async ({ services, caller, body, baseUrl }) =>
    services.access.createSetupLink(caller.workspaceId, body, baseUrl),

  deleteSetupLink: async ({ services, caller, params }) =>
    services.access.deleteSetupLink(caller.workspaceId, params.setupLinkId),

  getSetup: async ({ services, params, request }) => services.access.openSetupLink(params.token, request.ip),
} satisfies Handlers<typeof setupRoutes>;
