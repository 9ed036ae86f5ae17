import { route } from '../route.ts';

export const deleteToken = route({
  id: 'deleteToken',
  handle: async ({ services, caller, params }) =>
    services.access.deleteToken(caller.workspaceId, params.tokenId),
});
