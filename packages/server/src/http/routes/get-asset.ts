import { route } from '../route.ts';

export const getAsset = route({
  id: 'getAsset',
  handle: async ({ services, caller, params }) =>
    services.catalogue.getAsset(caller.workspaceId, params.assetId),
});
