import { route } from '../route.ts';

export const deleteFeed = route({
  id: 'deleteFeed',
  handle: async ({ services, caller, params }) =>
    services.feeds.remove(caller.workspaceId, params.sourceId, params.feedId),
});
