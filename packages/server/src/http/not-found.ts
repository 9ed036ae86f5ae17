import type { FastifyInstance } from 'fastify';
import { MooringError } from '../platform/problem.ts';
import { baseUrlOf } from './base-url.ts';
import { identify } from './caller.ts';
import type { HttpOptions, Services } from './services.ts';

/** Paths that are never a page of the web app. */
const NOT_THE_APP = /^\/(v1|v2|public|api|relay|docs|static|health|ready)(\/|\?|$)/;

/**
 * Answers what no route does: the web app's page for its own paths, else a problem; without a credential it does not
 * say what there is.
 */
export function addNotFound(
  app: FastifyInstance,
  { access }: Services,
  { webDir, publicUrl }: HttpOptions,
): void {
  app.setNotFoundHandler(async (request, reply) => {
    const reads = request.method === 'GET' || request.method === 'HEAD';
    const wantsPage = request.headers.accept?.includes('text/html');
    if (webDir !== null && reads && wantsPage && !NOT_THE_APP.test(request.url))
      return reply.sendFile('index.html');
    await identify(access, request, baseUrlOf(request, publicUrl));
    throw new MooringError(
      'not_found',
      `There is nothing at ${request.method} ${request.url.split('?')[0]}.`,
      {
        fix: 'Check the address; /docs/api lists what there is.',
      },
    );
  });
}
