import { route } from '../route.ts';

export const getSource = route({
  id: 'getSource',
  handle: async ({ services, caller, params }) =>
    services.catalogue.getSource(caller.workspaceId, params.sourceId),
});
