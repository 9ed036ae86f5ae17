import type { consentRoutes } from '@mooring/contract';
import { intoWebApp } from '../into-web-app.ts';
import type { Handlers } from '../route.ts';
import { CALLBACKS, sessionHashOf } from '../sign-in-callback.ts';

export const consentHandlers = {
  startConsent: async ({ services, caller, body, baseUrl, request }) => {
    const { provider, returnTo, ...typed } = body;
    return services.connections.consent.start({
      workspaceId: caller.workspaceId,
      sessionHash: caller.via === 'session' ? sessionHashOf(request, baseUrl) : null,
      ...{ provider, typed, returnTo },
      redirectUri: baseUrl + CALLBACKS.consent,
    });
  },

  finishConsent: async ({ services, query, baseUrl, request, reply }) => {
    const { path, query: outcome } = await services.connections.consent.finish(
      query,
      sessionHashOf(request, baseUrl),
    );
    reply.header('location', intoWebApp(baseUrl, path, outcome));
  },
} satisfies Handlers<typeof consentRoutes>;
