import type { FastifyInstance } from 'fastify';
import type { Limits } from '../platform/config-limits.ts';
import { noteCaller } from './caller.ts';
import { refuseOtherMethods } from './other-methods.ts';
import type { Services } from './services.ts';
import { endSlowReader } from './slow-reader.ts';
import type { SignalOf } from './waiting.ts';
import { withoutSettings } from './without-settings.ts';

// The address itself is the permission, and no cookie or header adds to it. So any page may read the answer, as from
// a signed URL of the storage: `*`, without credentials.
const ANY_ORIGIN = {
  'access-control-allow-origin': '*',
  'access-control-expose-headers':
    'Accept-Ranges, Content-Length, Content-Range, ETag, Retry-After, X-Request-Id',
  'cross-origin-resource-policy': 'cross-origin',
};
const PREFLIGHT = {
  'access-control-allow-methods': 'GET, HEAD',
  'access-control-allow-headers': 'Range, If-Range, If-None-Match',
  'access-control-max-age': '86400',
};

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
  app.options('/relay/*', async (_request, reply) =>
    reply
      .headers({ ...ANY_ORIGIN, ...PREFLIGHT })
      .code(204)
      .send(),
  );

  app.route<{ Params: { '*': string } }>({
    method: ['GET', 'HEAD'],
    url: '/relay/*',
    compress: false, // an object's bytes: ranges and lengths have to be the storage's
    handler: async (request, reply) => {
      reply.headers(ANY_ORIGIN);
      const { range, 'if-range': ifRange, 'if-none-match': ifNoneMatch } = request.headers;
      const asked = {
        method: request.method as 'GET' | 'HEAD',
        ...{ range, ifRange: one(ifRange), ifNoneMatch },
        address: request.ip,
      };
      const token = request.params['*'];
      const answer = await delivery.relay(token, asked, signalOf(reply)).catch(async (error: unknown) => {
        const { workspaceId, callerId } = delivery.relayCaller(token);
        throw withoutSettings(await access.roleOf(workspaceId, callerId), error);
      });
      noteCaller(request, answer.callerId);
      if ('error' in answer) {
        reply.header('content-range', answer.headers['content-range']);
        throw answer.error;
      }
      endSlowReader(reply.raw, relayMinBytesPerSecond);
      return reply
        .code(answer.status)
        .headers(answer.headers)
        .send(answer.body ?? undefined);
    },
  });

  refuseOtherMethods(app, '/relay/*', ['GET', 'OPTIONS']);
}

const one = (header: string | string[] | undefined): string | undefined =>
  Array.isArray(header) ? header[0] : header;
