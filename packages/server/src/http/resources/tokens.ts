import type { tokenRoutes } from '@mooring/contract';
import type { Handlers } from '../route.ts';

export const tokenHandlers = {
  listTokens: async ({ services, caller, query }) => services.access.listTokens(caller.workspaceId, query),

  createToken: async ({ services, caller, body }) => services.access.createToken(caller, body),

  deleteToken: async ({ services, caller, params }) =>
    services.access.deleteToken(caller.workspaceId, params.tokenId),
} satisfies Handlers<typeof tokenRoutes>;
