import type { assetRoutes } from '@mooring/contract';
import { toProblem } from '../problems.ts';
import type { Handlers } from '../route.ts';

export const assetHandlers = {
  listAssets: async ({ services, caller, query: { cursor, limit, ...filter } }) =>
    services.catalogue.listAssets(caller.workspaceId, filter, { cursor, limit }),

  getAssetAnchors: async ({ services, caller, query: { every, ...filter } }) =>
    services.catalogue.assetAnchors(caller.workspaceId, filter, every),

  getAsset: async ({ services, caller, params }) =>
    services.catalogue.getAsset(caller.workspaceId, params.assetId),

  signAssets: async ({ services, caller, body, baseUrl, request }) => {
    const { items, refused } = await services.delivery.sign(caller.workspaceId, { ...body, baseUrl });
    const problems = refused.map(({ assetId, error }) => ({
      assetId,
      problem: toProblem(error, request.id),
    }));
    return { items, problems };
  },

  getAssetContent: async ({ services, caller, params: { assetId }, baseUrl, request, reply }) => {
    const { items, refused } = await services.delivery.sign(caller.workspaceId, {
      assetIds: [assetId],
      method: request.method === 'HEAD' ? 'HEAD' : 'GET',
      baseUrl,
    });
    for (const { error } of refused) throw error;
    for (const { url } of items) reply.header('location', url);
  },
} satisfies Handlers<typeof assetRoutes>;
