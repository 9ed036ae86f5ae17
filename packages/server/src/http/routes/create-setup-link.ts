import { route } from '../route.ts';

export const createSetupLink = route({
  id: 'createSetupLink',
  handle: async ({ services, caller, body, baseUrl }) =>
    services.access.createSetupLink(caller.workspaceId, body, baseUrl),
});
