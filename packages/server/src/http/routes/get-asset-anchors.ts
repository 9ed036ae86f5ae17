import { route } from '../route.ts';

export const getAssetAnchors = route({
  id: 'getAssetAnchors',
  handle: async ({ services, caller, query: { every, ...filter } }) =>
    services.catalogue.assetAnchors(caller.workspaceId, filter, every),
});
