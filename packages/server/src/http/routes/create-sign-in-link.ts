import { route } from '../route.ts';

export const createSignInLink = route({
  id: 'createSignInLink',
  handle: async ({ services, caller, baseUrl }) =>
    services.access.createSignInLink(caller.workspaceId, baseUrl),
});
