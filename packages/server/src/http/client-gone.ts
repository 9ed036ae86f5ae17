import type { FastifyInstance, FastifyReply } from 'fastify';

/** Signals that abort when nobody waits for an answer any more: its client has gone, or the server closes. */
export function createClientGone(app: FastifyInstance) {
  const waiting = new Set<AbortController>();

  app.addHook('preClose', async () => {
    for (const controller of waiting) controller.abort(new Error('The server is closing.'));
  });

  return (reply: FastifyReply): AbortSignal => {
    const controller = new AbortController();
    waiting.add(controller);
    reply.raw.once('close', () => {
      waiting.delete(controller);
      if (!reply.raw.writableFinished) controller.abort(new Error('The client has gone.'));
    });
    return controller.signal;
  };
}
export type SignalOf = ReturnType<typeof createClientGone>;
