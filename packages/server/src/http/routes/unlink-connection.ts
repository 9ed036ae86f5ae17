import { route } from '../route.ts';

export const unlinkConnection = route({
  id: 'unlinkConnection',
  handle: async ({ services, caller: { workspaceId, name }, params: { connectionId } }) => {
    const unlinked = await services.connections.unlink(workspaceId, connectionId, name);
    const issuedUrls = await services.delivery.listIssued(workspaceId, connectionId, { unlinked: true });
    return { ...unlinked, issuedUrls };
  },
});
