import { createSourceRemoval } from '../../sync/remove-source.ts';
import { route } from '../route.ts';

export const deleteSource = route({
  id: 'deleteSource',
  handle: async ({ services, caller, params }) =>
    createSourceRemoval(services)(caller.workspaceId, params.sourceId),
});
