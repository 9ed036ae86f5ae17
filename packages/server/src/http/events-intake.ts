import type { FastifyInstance, FastifyRequest } from 'fastify';
import { z } from 'zod';
import { MooringError } from '../platform/problem.ts';
import type { Feeds } from '../sync/changes/feeds.ts';

/** As Event Grid sends: an array of its own events, or one or many CloudEvents. */
const MEDIA_TYPES = ['application/cloudevents+json', 'application/cloudevents-batch+json'];

const validation = z
  .array(
    z.looseObject({
      eventType: z.literal('Microsoft.EventGrid.SubscriptionValidationEvent'),
      data: z.looseObject({ validationCode: z.string() }),
    }),
  )
  .min(1);

interface To {
  Params: { feedId: string };
  /** Several, where it comes more than once. */
  Querystring: { code?: string | string[] };
}

/**
 * Where Event Grid delivers, `/events/FEED?code=SECRET`, and the handshakes by which it makes sure that it may:
 * https://learn.microsoft.com/azure/event-grid/end-point-validation-event-grid-events-schema and
 * https://github.com/cloudevents/spec/blob/v1.0/http-webhook.md#4-abuse-protection
 */
export function registerEventsIntake(server: FastifyInstance, feeds: Feeds): void {
  const authenticate = ({ params, query }: Pick<FastifyRequest<To>, 'params' | 'query'>) =>
    feeds.authenticate(params.feedId, String(query.code ?? ''));

  server.register(async app => {
    const parse = app.getDefaultJsonParser('error', 'error');
    app.addContentTypeParser(MEDIA_TYPES, { parseAs: 'string' }, parse);

    app.options<To>('/events/:feedId', async (request, reply) => {
      await authenticate(request);
      const origin = request.headers['webhook-request-origin'];
      if (typeof origin === 'string')
        reply.headers({ 'webhook-allowed-origin': origin, 'webhook-allowed-rate': '*' });
      return reply.header('allow', 'POST').code(200).send();
    });

    app.post<To>('/events/:feedId', async (request, reply) => {
      const { headers, body } = request;
      const source = await authenticate(request);
      if (headers['aeg-event-type'] === 'SubscriptionValidation') {
        const handshake = validation.safeParse(body);
        if (!handshake.success) throw badHandshake();
        return reply.send({ validationResponse: handshake.data[0]!.data.validationCode });
      }
      await feeds.receive(source, body);
      return reply.code(200).send();
    });
  });
}

const badHandshake = () =>
  new MooringError('invalid_request', 'The subscription validation carries no validationCode.', {
    fix: 'Let Event Grid send it: make the event subscription again.',
  });
