import { route } from '../route.ts';

export const listFeeds = route({
  id: 'listFeeds',
  handle: async ({ services, caller, params }) => ({
    items: await services.feeds.list(caller.workspaceId, params.sourceId),
  }),
});
