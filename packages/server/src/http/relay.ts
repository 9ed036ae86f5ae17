import type { FastifyInstance } from 'fastify';
import type { Limits } from '../platform/config-limits.ts';
import { ANY_ORIGIN, PREFLIGHT } from './any-origin.ts';
import { noteCaller } from './caller.ts';
import { refuseOtherMethods } from './other-methods.ts';
import { readRequest, sendRelayed } from './relayed.ts';
import type { Services } from './services.ts';
import type { SignalOf } from './waiting.ts';
import { withoutSettings } from './without-settings.ts';

/**
 * Answers relay addresses, `/relay/TOKEN`, to any origin and without a credential. By a wildcard, because a token that
 * holds a key is longer than a parameter may be.
 */
export function registerRelay(
  app: FastifyInstance,
  { access, delivery }: Pick<Services, 'access' | 'delivery'>,
  signalOf: SignalOf,
  { relayMinBytesPerSecond }: Pick<Limits, 'relayMinBytesPerSecond'>,
): void {
  app.options('/relay/*', async (_request, reply) => reply.headers(PREFLIGHT).code(204).send());

  app.route<{ Params: { '*': string } }>({
    method: ['GET', 'HEAD'],
    url: '/relay/*',
    compress: false, // an object's bytes: ranges and lengths have to be the storage's
    handler: async (request, reply) => {
      reply.headers(ANY_ORIGIN);
      const token = request.params['*'];
      const answer = await delivery
        .relay(token, readRequest(request), signalOf(reply))
        .catch(async (error: unknown) => {
          const { workspaceId, callerId } = delivery.relayCaller(token);
          throw withoutSettings(await access.roleOf(workspaceId, callerId), error);
        });
      noteCaller(request, answer.callerId);
      return sendRelayed(reply, answer, relayMinBytesPerSecond);
    },
  });

  refuseOtherMethods(app, '/relay/*', ['GET', 'OPTIONS']);
}
