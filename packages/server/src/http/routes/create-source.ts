import { route } from '../route.ts';

export const createSource = route({
  id: 'createSource',
  handle: async ({ services, caller, body }) => services.catalogue.createSource(caller.workspaceId, body),
});
