import { route } from '../route.ts';

export const syncSource = route({
  id: 'syncSource',
  handle: async ({ services, caller: { workspaceId }, params, body }) => {
    const { id } = await services.catalogue.getSource(workspaceId, params.sourceId);
    const subject = { type: 'source', id } as const;
    return services.operations.start(workspaceId, { kind: 'sync', subject, unit: 'objects', options: body });
  },
});
