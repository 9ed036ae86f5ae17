import { route } from '../route.ts';

export const createToken = route({
  id: 'createToken',
  handle: async ({ services, caller, body }) => services.access.createToken(caller.workspaceId, body),
});
