import type { ServerResponse } from 'node:http';
import { setTimeout as pause } from 'node:timers/promises';
import type { FastifyInstance, FastifyReply } from 'fastify';
import { MooringError } from '../platform/problem.ts';

/** How long closing lets answers finish that are being made. */
const FINISH_WITHIN_MS = 5_000;
/** How long it waits for those that it has broken off then. */
const END_WITHIN_MS = 4_000;

/** The signals of requests. */
export interface SignalOf {
  /** Aborts when the answer of this request has no reader any more. */
  (reply: FastifyReply): AbortSignal;
  /** The answer has no end of its own: closing ends it at once. */
  endFirst(reply: FastifyReply): void;
}

/**
 * Knows which requests wait for an answer. A request's signal aborts when its client has gone, and when the server
 * closes and the answer is not made in time. After that Fastify closes every connection, also those that a browser has
 * opened in advance.
 */
export function trackWaiting(app: FastifyInstance): SignalOf {
  const waiting = new Map<ServerResponse, AbortController>();
  const endless = new WeakSet<ServerResponse>();
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
    for (const [response, controller] of waiting) if (endless.has(response)) controller.abort(closing());
    if (await answeredWithin(FINISH_WITHIN_MS)) return;
    app.log.warn({ answers: waiting.size }, 'broke off answers that were being made');
    for (const controller of waiting.values()) controller.abort(closing());
    if (await answeredWithin(END_WITHIN_MS)) return;
    app.log.warn({ answers: waiting.size }, 'closed while answers were being made');
  });

  async function answeredWithin(milliseconds: number): Promise<boolean> {
    if (waiting.size === 0) return true;
    const answered = new Promise<void>(resolve => {
      allAnswered = resolve;
    });
    const late = new AbortController();
    await Promise.race([answered, pause(milliseconds, undefined, { signal: late.signal }).catch(() => {})]);
    late.abort();
    return waiting.size === 0;
  }

  return Object.assign(
    (reply: FastifyReply) => waiting.get(reply.raw)?.signal ?? AbortSignal.abort(clientGone()),
    { endFirst: (reply: FastifyReply) => void endless.add(reply.raw) },
  );
}

const clientGone = (): MooringError =>
  new MooringError('unavailable', 'The client has gone.', { fix: 'Ask again.' });
const closing = (): MooringError =>
  new MooringError('unavailable', 'The server is closing.', {
    fix: 'Ask again in a few seconds.',
    retryAfterSeconds: 5,
  });
