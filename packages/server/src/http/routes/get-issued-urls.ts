import { route } from '../route.ts';

export const getIssuedUrls = route({
  id: 'getIssuedUrls',
  handle: async ({ services, caller: { workspaceId }, params: { connectionId } }) => {
    const { status } = await services.connections.get(workspaceId, connectionId);
    return services.delivery.listIssued(workspaceId, connectionId, { unlinked: status === 'unlinked' });
  },
});
