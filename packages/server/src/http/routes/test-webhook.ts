import { route } from '../route.ts';

export const testWebhook = route({
  id: 'testWebhook',
  handle: async ({ services, caller, params, signal }) =>
    services.webhooks.test(caller.workspaceId, params.webhookId, signal),
});
