import { route } from '../route.ts';

export const replaceCredential = route({
  id: 'replaceCredential',
  handle: async ({ services, caller, params, body: { credential, acceptLess }, baseUrl, signal }) =>
    services.connections.replaceCredential(caller.workspaceId, params.connectionId, credential, {
      acceptLess,
      by: caller.name,
      origins: [new URL(baseUrl).origin],
      signal,
    }),
});
