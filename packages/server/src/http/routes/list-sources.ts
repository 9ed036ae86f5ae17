import { route } from '../route.ts';

export const listSources = route({
  id: 'listSources',
  handle: async ({ services, caller, query }) => services.catalogue.listSources(caller.workspaceId, query),
});
