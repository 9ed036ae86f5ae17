import type { FastifyInstance } from 'fastify';

/**
 * Closes each connection after the answer in hand once the server is about to stop, so that its client opens the next
 * one elsewhere. Without that, a proxy can send a request at the moment in which the server closes the connection.
 */
export function closeConnectionsWhileDraining(app: FastifyInstance, draining: AbortSignal): void {
  app.addHook('onSend', async (_request, reply) => {
    if (draining.aborted) reply.header('connection', 'close');
  });
}
