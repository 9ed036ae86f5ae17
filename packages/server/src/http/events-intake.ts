import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { MooringError } from '../platform/problem.ts';
import type { FollowedSource } from '../sync/changes/inbox.ts';
import { addJsonParser } from './json-parser.ts';
import { refuseOtherMethods } from './other-methods.ts';
import type { Services } from './services.ts';

interface To {
  Params: { feedId: string };
  /** Several, where it comes more than once. */
  Querystring: { code?: string | string[] };
}

/**
 * Where services post events, `/events/FEED?code=SECRET`, and the handshakes by which they make sure that they may:
 * each as the storage kind of the source says.
 */
export function registerEventsIntake(
  server: FastifyInstance,
  { feeds, kinds }: Pick<Services, 'feeds' | 'kinds'>,
): void {
  const mediaTypes = new Set(kinds.ids.flatMap(id => kinds.get(id).events?.mediaTypes ?? []));
  const authenticate = ({ params, query }: Pick<FastifyRequest<To>, 'params' | 'query'>) =>
    feeds.authenticate(params.feedId, String(query.code ?? ''));

  /** Answers a handshake; false where it is none. */
  function shakeHands(source: FollowedSource, request: FastifyRequest<To>, reply: FastifyReply): boolean {
    const { method, headers, body } = request;
    const answer = feeds.eventsOf(source).handshake({ method, headers, body });
    if (answer === null) return false;
    if ('refused' in answer) throw new MooringError('invalid_request', answer.refused, { fix: answer.fix });
    reply.code(200).headers(answer.headers).send(answer.body);
    return true;
  }

  server.register(async app => {
    addJsonParser(app, ['application/json', ...mediaTypes]);
    /** Before the body is read: only who may send events has it parsed. */
    const sources = new WeakMap<object, FollowedSource>();
    const onRequest = async (request: FastifyRequest<To>) => {
      sources.set(request, await authenticate(request));
    };

    app.options<To>('/events/:feedId', { onRequest }, async (request, reply) => {
      const source = sources.get(request)!;
      if (!shakeHands(source, request, reply)) reply.header('allow', 'POST').code(200).send();
      return reply;
    });

    app.post<To>('/events/:feedId', { onRequest }, async (request, reply) => {
      const source = sources.get(request)!;
      if (shakeHands(source, request, reply)) return reply;
      await feeds.receive(source, request.body);
      return reply.code(200).send();
    });

    refuseOtherMethods(app, '/events/:feedId', ['POST', 'OPTIONS']);
  });
}
