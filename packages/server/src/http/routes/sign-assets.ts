import { toProblem } from '../problems.ts';
import { route } from '../route.ts';

export const signAssets = route({
  id: 'signAssets',
  handle: async ({ services, caller, body, baseUrl, request }) => {
    const { items, refused } = await services.delivery.sign(caller.workspaceId, { ...body, baseUrl });
    const problems = refused.map(({ assetId, error }) => ({
      assetId,
      problem: toProblem(error, request.id),
    }));
    return { items, problems };
  },
});
