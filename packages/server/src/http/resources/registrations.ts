import type { registrationRoutes } from '@mooring/contract';
import type { Handlers } from '../route.ts';

export const registrationHandlers = {
  createRegistration: async ({ services, caller: { workspaceId }, query, upload }) =>
    services.registrations.start(workspaceId, upload, query),

  recheckSource: async ({ services, caller: { workspaceId }, params }) => {
    const source = await services.catalogue.getSource(workspaceId, params.sourceId);
    const { accessMode } = await services.connections.get(workspaceId, source.connectionId);
    return services.registrations.recheck(workspaceId, source, accessMode);
  },

  retryRegistration: async ({ services, caller: { workspaceId }, params: { operationId } }) =>
    services.registrations.retry(workspaceId, operationId),
} satisfies Handlers<typeof registrationRoutes>;
