import { route } from '../route.ts';

export const listWebhookDeliveries = route({
  id: 'listWebhookDeliveries',
  handle: async ({ services, caller, params, query }) =>
    services.webhooks.listDeliveries(caller.workspaceId, params.webhookId, query),
});
