import type { connectorRoutes } from '@mooring/contract';
import type { Handlers } from '../route.ts';

export const connectorHandlers = {
  listConnectors: async ({ services, caller, query }) =>
    services.connectors.listConnectors(caller.workspaceId, query),

  createConnector: async ({ services, caller, body, baseUrl, signal }) =>
    services.connectors.createConnector(caller, body, { baseUrl, signal }),

  getConnector: async ({ services, caller, params }) =>
    services.connectors.getConnector(caller.workspaceId, params.connectorId),

  updateConnector: async ({ services, caller, params, body, ifRevision, signal }) =>
    services.connectors.updateConnector(caller.workspaceId, params.connectorId, body, { ifRevision, signal }),

  deleteConnector: async ({ services, caller, params }) =>
    services.connectors.deleteConnector(caller.workspaceId, params.connectorId),

  pushConnector: async ({ services, caller, params }) => services.connectors.push(caller, params.connectorId),
} satisfies Handlers<typeof connectorRoutes>;
