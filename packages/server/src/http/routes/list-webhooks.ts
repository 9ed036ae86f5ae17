import { route } from '../route.ts';

export const listWebhooks = route({
  id: 'listWebhooks',
  handle: async ({ services, caller, query }) => services.webhooks.list(caller.workspaceId, query),
});
