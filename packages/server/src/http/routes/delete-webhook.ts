import { route } from '../route.ts';

export const deleteWebhook = route({
  id: 'deleteWebhook',
  handle: async ({ services, caller, params }) =>
    services.webhooks.delete(caller.workspaceId, params.webhookId),
});
