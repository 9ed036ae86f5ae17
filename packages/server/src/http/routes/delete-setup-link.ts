import { route } from '../route.ts';

export const deleteSetupLink = route({
  id: 'deleteSetupLink',
  handle: async ({ services, caller, params }) =>
    services.access.deleteSetupLink(caller.workspaceId, params.setupLinkId),
});
