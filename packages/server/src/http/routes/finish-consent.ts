import { readEntraAnswer } from '../../connections/identity/entra-answer.ts';
import { sessionHashOf } from '../entra-callback.ts';
import { intoWebApp } from '../into-web-app.ts';
import { route } from '../route.ts';

export const finishConsent = route({
  id: 'finishConsent',
  handle: async ({ services, query, baseUrl, request, reply }) => {
    const answer = readEntraAnswer(query);
    const { path, query: told } = await services.connections.consent.finish(answer, sessionHashOf(request));
    reply.header('location', intoWebApp(baseUrl, path, told));
  },
});
