import { route } from '../route.ts';

export const createFeed = route({
  id: 'createFeed',
  handle: async ({ services, caller, params, body, baseUrl }) =>
    services.feeds.create(caller.workspaceId, params.sourceId, body, baseUrl),
});
