import type { webhookRoutes } from '@mooring/contract';
import type { Handlers } from '../route.ts';

export const webhookHandlers = {
  listWebhooks: async ({ services, caller, query }) => services.webhooks.list(caller.workspaceId, query),

  createWebhook: async ({ services, caller, body }) => services.webhooks.create(caller.workspaceId, body),

  deleteWebhook: async ({ services, caller, params }) =>
    services.webhooks.delete(caller.workspaceId, params.webhookId),

  testWebhook: async ({ services, caller, params, signal }) =>
    services.webhooks.test(caller.workspaceId, params.webhookId, signal),

  listWebhookDeliveries: async ({ services, caller, params, query }) =>
    services.webhooks.listDeliveries(caller.workspaceId, params.webhookId, query),
} satisfies Handlers<typeof webhookRoutes>;
