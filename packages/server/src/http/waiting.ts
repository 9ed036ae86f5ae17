import type { ServerResponse } from 'node:http';
import type { FastifyInstance, FastifyReply } from 'fastify';
import { MooringError } from '../platform/problem.ts';

/** How long closing waits for answers that are being made. */
const CLOSE_WITHIN_MS = 10_000;

/** The signal of a request: aborts when its answer has no reader any more. */
export type SignalOf = (reply: FastifyReply) => AbortSignal;

/**
 * Knows which requests wait for an answer. A request's signal aborts when its client has gone and when the server
 * closes; closing then waits for the answers that are left, after which Fastify closes every connection, also those
 * that a browser has opened in advance.
 */
export function trackWaiting(app: FastifyInstance): SignalOf {
  const waiting = new Map<ServerResponse, AbortController>();
  let allAnswered: (() => void) | undefined;

  app.addHook('onRequest', async (_request, reply) => {
    const controller = new AbortController();
    waiting.set(reply.raw, controller);
    reply.raw.once('close', () => {
      waiting.delete(reply.raw);
      if (!reply.raw.writableFinished) controller.abort(clientGone());
      if (waiting.size === 0) allAnswered?.();
    });
  });

  app.addHook('preClose', async () => {
    for (const controller of waiting.values()) controller.abort(closing());
    if (waiting.size === 0) return;
    const answered = Promise.withResolvers<void>();
    allAnswered = answered.resolve;
    const timer = setTimeout(() => {
      app.log.warn({ answers: waiting.size }, 'closed while answers were being made');
      answered.resolve();
    }, CLOSE_WITHIN_MS);
    await answered.promise;
    clearTimeout(timer);
  });

  return reply => waiting.get(reply.raw)?.signal ?? AbortSignal.abort(clientGone());
}

const clientGone = (): MooringError =>
  new MooringError('unavailable', 'The client has gone.', { fix: 'Ask again.' });
const closing = (): MooringError =>
  new MooringError('unavailable', 'The server is closing.', {
    fix: 'Ask again in a few seconds.',
    retryAfterSeconds: 5,
  });
