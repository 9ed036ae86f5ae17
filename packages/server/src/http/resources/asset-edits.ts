import type { assetEditRoutes } from '@mooring/contract';
import { newId } from '../../platform/ids.ts';
import type { Handlers } from '../route.ts';

export const assetEditHandlers = {
  tagAssets: async ({ services, caller, body: { assetIds, tags } }) =>
    services.catalogue.editAssets(caller.workspaceId, assetIds, { tags }),

  describeAssets: async ({ services, caller, body: { assetIds, metadata } }) =>
    services.catalogue.editAssets(caller.workspaceId, assetIds, { metadata }),

  editAssets: async ({ services, caller: { workspaceId }, body }) => {
    await services.catalogue.requireSelectable(workspaceId, body.filter);
    return services.operations.start(workspaceId, {
      kind: 'edit-assets',
      subject: { type: 'edit', id: newId('edit', services.clock.now().getTime()) },
      unit: 'assets',
      options: body,
    });
  },
} satisfies Handlers<typeof assetEditRoutes>;
