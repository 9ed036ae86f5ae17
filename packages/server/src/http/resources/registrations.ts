import type { registrationRoutes } from '@mooring/contract';
import type { Handlers } from '../route.ts';

export const registrationHandlers = {
  createRegistration: async ({ services, caller: { workspaceId }, query, upload }) =>
    services.registrations.start(workspaceId, upload, query),

  retryRegistration: async ({ services, caller: { workspaceId }, params: { operationId } }) =>
    services.registrations.retry(workspaceId, operationId),
} satisfies Handlers<typeof registrationRoutes>;
