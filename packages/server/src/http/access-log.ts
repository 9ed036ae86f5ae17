import type { FastifyInstance } from 'fastify';
import type { Logger } from 'pino';
import type { Metrics } from '../platform/metrics.ts';
import { notedCaller } from './caller.ts';

/** Counts each answer, and writes a line for it: who asked, and the route rather than the address, which may hold a relay token. */
export function addAccessLog(
  app: FastifyInstance,
  { log, metrics }: { log: Logger; metrics: Pick<Metrics, 'countRequest'> },
): void {
  app.addHook('onResponse', async (request, reply) => {
    const route = request.routeOptions.url ?? '(none)';
    metrics.countRequest({ method: request.method, route, status: reply.statusCode }, reply.elapsedTime);
    const line = {
      requestId: request.id,
      caller: notedCaller(request),
      // Where one comes from who may not come in.
      address: reply.statusCode === 401 || reply.statusCode === 403 ? request.ip : undefined,
      method: request.method,
      route,
      params: route.startsWith('/v1/') ? request.params : undefined,
      status: reply.statusCode,
      durationMs: Math.round(reply.elapsedTime),
      complete: reply.raw.writableFinished,
    };
    if (route === '/health' || route === '/ready') log.debug(line, 'request');
    else log.info(line, 'request');
  });
}
