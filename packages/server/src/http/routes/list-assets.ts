import { route } from '../route.ts';

export const listAssets = route({
  id: 'listAssets',
  handle: async ({ services, caller, query: { cursor, limit, ...filter } }) =>
    services.catalogue.listAssets(caller.workspaceId, filter, { cursor, limit }),
});
