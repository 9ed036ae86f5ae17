import { route } from '../route.ts';

export const readInventory = route({
  id: 'readInventory',
  handle: async ({ services, caller: { workspaceId }, params, body }) => {
    const { id } = await services.catalogue.getSource(workspaceId, params.sourceId);
    const subject = { type: 'source', id } as const;
    return services.operations.start(workspaceId, {
      kind: 'inventory',
      subject,
      unit: 'objects',
      checkpoint: body,
    });
  },
});
