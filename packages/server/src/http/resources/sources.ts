import type { sourceRoutes } from '@mooring/contract';
import { previewSource } from '../../sync/filter-preview.ts';
import { createSourceRemoval } from '../../sync/remove-source.ts';
import type { Handlers } from '../route.ts';

export const sourceHandlers = {
  listSources: async ({ services, caller, query }) =>
    services.catalogue.listSources(caller.workspaceId, query),

  createSource: async ({ services, caller, body }) =>
    services.catalogue.createSource(caller.workspaceId, body),

  getSource: async ({ services, caller, params }) =>
    services.catalogue.getSource(caller.workspaceId, params.sourceId),

  updateSource: async ({ services, caller, params, body }) =>
    services.catalogue.updateSource(caller.workspaceId, params.sourceId, body),

  deleteSource: async ({ services, caller, params }) =>
    createSourceRemoval(services)(caller.workspaceId, params.sourceId),

  previewSource: async ({ services: { connections }, caller, body, signal }) => {
    const { location } = await connections.get(caller.workspaceId, body.connectionId);
    const { provider } = await connections.open(caller.workspaceId, body.connectionId);
    return previewSource({ provider, location }, body, signal);
  },

  syncSource: async ({ services, caller: { workspaceId }, params, body }) => {
    const { id } = await services.catalogue.getSource(workspaceId, params.sourceId);
    const subject = { type: 'source', id } as const;
    return services.operations.start(workspaceId, { kind: 'sync', subject, unit: 'objects', options: body });
  },
} satisfies Handlers<typeof sourceRoutes>;
