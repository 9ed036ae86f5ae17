import { route } from '../route.ts';

export const getAssetContent = route({
  id: 'getAssetContent',
  handle: async ({ services, caller, params: { assetId }, baseUrl, reply }) => {
    const { items, refused } = await services.delivery.sign(caller.workspaceId, {
      assetIds: [assetId],
      baseUrl,
    });
    for (const { error } of refused) throw error;
    for (const { url } of items) reply.header('location', url);
  },
});
