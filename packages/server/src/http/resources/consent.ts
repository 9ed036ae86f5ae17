import type { consentRoutes } from '@mooring/contract';
import { readEntraAnswer } from '../../connections/identity/entra-answer.ts';
import { CALLBACKS, sessionHashOf } from '../entra-callback.ts';
import { intoWebApp } from '../into-web-app.ts';
import type { Handlers } from '../route.ts';

export const consentHandlers = {
  startConsent: async ({ services, caller, body, baseUrl, request }) =>
    services.connections.consent.start({
      workspaceId: caller.workspaceId,
      sessionHash: caller.via === 'session' ? sessionHashOf(request) : null,
      tenantId: body.tenantId,
      returnTo: body.returnTo,
      redirectUri: baseUrl + CALLBACKS.consent,
    }),

  finishConsent: async ({ services, query, baseUrl, request, reply }) => {
    const answer = readEntraAnswer(query);
    const { path, query: outcome } = await services.connections.consent.finish(
      answer,
      sessionHashOf(request),
    );
    reply.header('location', intoWebApp(baseUrl, path, outcome));
  },
} satisfies Handlers<typeof consentRoutes>;
