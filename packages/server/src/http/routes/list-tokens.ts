import { route } from '../route.ts';

export const listTokens = route({
  id: 'listTokens',
  handle: async ({ services, caller, query }) => services.access.listTokens(caller.workspaceId, query),
});
