import { route } from '../route.ts';

export const updateSource = route({
  id: 'updateSource',
  handle: async ({ services, caller, params, body }) =>
    services.catalogue.updateSource(caller.workspaceId, params.sourceId, body),
});
