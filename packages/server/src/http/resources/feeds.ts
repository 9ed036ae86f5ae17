import type { feedRoutes } from '@mooring/contract';
import type { Handlers } from '../route.ts';

export const feedHandlers = {
  listFeeds: async ({ services, caller, params }) => ({
    items: await services.feeds.list(caller.workspaceId, params.sourceId),
  }),

  createFeed: async ({ services, caller, params, body, baseUrl }) =>
    services.feeds.create(caller.workspaceId, params.sourceId, body, baseUrl),

  deleteFeed: async ({ services, caller, params }) =>
    services.feeds.remove(caller.workspaceId, params.sourceId, params.feedId),

  readInventory: async ({ services, caller: { workspaceId }, params, body }) => {
    const { id } = await services.catalogue.getSource(workspaceId, params.sourceId);
    const subject = { type: 'source', id } as const;
    return services.operations.start(workspaceId, {
      kind: 'inventory',
      subject,
      unit: 'objects',
      checkpoint: body,
    });
  },
} satisfies Handlers<typeof feedRoutes>;
