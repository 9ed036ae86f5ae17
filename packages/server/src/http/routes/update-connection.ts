import { revisionOf } from '../if-match.ts';
import { route } from '../route.ts';

export const updateConnection = route({
  id: 'updateConnection',
  handle: async ({ services, caller, params, body, request }) =>
    services.connections.update(caller.workspaceId, params.connectionId, body, {
      ifRevision: revisionOf(request.headers['if-match']),
      by: caller.name,
    }),
});
