import { CALLBACKS, sessionHashOf } from '../entra-callback.ts';
import { route } from '../route.ts';

export const startConsent = route({
  id: 'startConsent',
  handle: async ({ services, caller, body, baseUrl, request }) =>
    services.connections.consent.start({
      workspaceId: caller.workspaceId,
      sessionHash: caller.via === 'session' ? sessionHashOf(request) : null,
      tenantId: body.tenantId,
      returnTo: body.returnTo,
      redirectUri: baseUrl + CALLBACKS.consent,
    }),
});
