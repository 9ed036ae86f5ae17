import type { FeedCreate, feedRoutes } from '@mooring/contract';
import type { Handlers } from '../route.ts';
import { check } from '../validate.ts';
import { requireContainer } from './sources.ts';

export const feedHandlers = {
  listFeeds: async ({ services, caller, params }) => ({
    items: await services.feeds.list(caller.workspaceId, params.sourceId),
  }),

  createFeed: async ({
    services: { feeds },
    caller: { workspaceId },
    params: { sourceId },
    body,
    baseUrl,
  }) => {
    const input = check(await feeds.inputOf(workspaceId, sourceId, body.kind), body) as FeedCreate;
    return feeds.create(workspaceId, sourceId, input, baseUrl);
  },

  deleteFeed: async ({ services, caller, params }) =>
    services.feeds.remove(caller.workspaceId, params.sourceId, params.feedId),

  readInventory: async ({ services, caller: { workspaceId }, params, body }) => {
    const { id, connectionId } = await services.catalogue.getSource(workspaceId, params.sourceId);
    requireContainer(
      services.kinds,
      await services.connections.get(workspaceId, connectionId),
      body.container,
    );
    const subject = { type: 'source', id } as const;
    return services.operations.start(workspaceId, {
      kind: 'inventory',
      subject,
      unit: 'objects',
      checkpoint: body,
    });
  },
} satisfies Handlers<typeof feedRoutes>;
