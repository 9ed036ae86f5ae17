import type { connectionLifeRoutes } from '@mooring/contract';
import type { Handlers } from '../route.ts';

export const connectionLifeHandlers = {
  moveConnection: async ({ services, caller, params, body, ifRevision }) =>
    services.connections.relocate(caller.workspaceId, params.connectionId, body.location, {
      ifRevision,
      by: caller.name,
    }),

  replaceCredential: async ({
    services,
    caller,
    params,
    body: { credential, acceptLess },
    baseUrl,
    signal,
  }) =>
    services.connections.replaceCredential(caller.workspaceId, params.connectionId, credential, {
      acceptLess,
      by: caller.name,
      origins: [new URL(baseUrl).origin],
      signal,
    }),

  unlinkConnection: async ({ services, caller: { workspaceId, name }, params: { connectionId } }) => {
    const unlinked = await services.connections.unlink(workspaceId, connectionId, name);
    const issuedUrls = await services.delivery.listIssued(workspaceId, connectionId, { unlinked: true });
    return { ...unlinked, issuedUrls };
  },

  getIssuedUrls: async ({ services, caller: { workspaceId }, params: { connectionId } }) => {
    const { status } = await services.connections.get(workspaceId, connectionId);
    return services.delivery.listIssued(workspaceId, connectionId, { unlinked: status === 'unlinked' });
  },

  listConnectionEvents: async ({ services, caller, params, query }) =>
    services.connections.listEvents(caller.workspaceId, params.connectionId, query),
} satisfies Handlers<typeof connectionLifeRoutes>;
