import { route } from '../route.ts';

export const createWebhook = route({
  id: 'createWebhook',
  handle: async ({ services, caller, body }) => services.webhooks.create(caller.workspaceId, body),
});
