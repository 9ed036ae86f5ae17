import type { connectionRoutes } from '@mooring/contract';
import type { Handlers } from '../route.ts';
import { requireContainer } from './sources.ts';

export const connectionHandlers = {
  listConnections: async ({ services, caller, query }) =>
    services.connections.list(caller.workspaceId, query),

  listConnectionHealth: async ({ services, caller, query }) =>
    services.connections.list(caller.workspaceId, query),

  createConnection: async ({ services, caller, body }) =>
    services.connections.create(caller.workspaceId, body, caller.name),

  getConnection: async ({ services, caller, params }) =>
    services.connections.get(caller.workspaceId, params.connectionId),

  updateConnection: async ({ services, caller, params, body, ifRevision }) =>
    services.connections.update(caller.workspaceId, params.connectionId, body, {
      ifRevision,
      by: caller.name,
    }),

  deleteConnection: async ({ services, caller, params, query }) =>
    services.connections.remove(caller.workspaceId, params.connectionId, query),

  browseConnection: async ({
    services,
    caller: { workspaceId },
    params: { connectionId },
    query,
    signal,
  }) => {
    const { connections, kinds } = services;
    requireContainer(kinds, await connections.get(workspaceId, connectionId), query.container);
    return connections.browse(workspaceId, connectionId, query, signal);
  },
} satisfies Handlers<typeof connectionRoutes>;
