import {
  acceptsIdempotencyKey,
  answersRevision,
  type Connection,
  type Method,
  type Operation,
  operation,
  type Route,
  type RouteId,
  routes,
} from '@mooring/contract';
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { baseUrlOf } from './base-url.ts';
import { identify } from './caller.ts';
import { eventStream } from './event-stream.ts';
import { createIdempotency } from './idempotency.ts';
import { checkBody } from './kind-body.ts';
import { refuseOtherMethods } from './other-methods.ts';
import { toMooringError, toProblem } from './problems.ts';
import { handlers } from './resources/index.ts';
import type { RouteEvent } from './route.ts';
import type { HttpOptions, Services } from './services.ts';
import { check, NOTHING } from './validate.ts';
import type { SignalOf } from './waiting.ts';

/** Handlers without their types: `check` has made sure that they hold. */
type AnyAnswer = (input: object) => Promise<unknown>;
type AnyHandler =
  | AnyAnswer
  | { answer: AnyAnswer; stream(input: object): Promise<AsyncIterable<RouteEvent>> };

/** Registers every route of the contract with its handler. */
export function registerRoutes(
  app: FastifyInstance,
  services: Services,
  { publicUrl }: HttpOptions,
  signalOf: SignalOf,
): void {
  const once = createIdempotency(services);
  for (const [id, route] of Object.entries(routes) as [RouteId, Route][]) {
    app.route({ method: route.method, url: route.path, handler: answerer(id, route) });
  }
  const identifyReader = (request: FastifyRequest) =>
    identify(services.access, request, 'read', baseUrlOf(request, publicUrl));
  for (const [path, allowed] of methodsByPath()) refuseOtherMethods(app, path, allowed, identifyReader);

  function answerer(id: RouteId, route: Route) {
    const handler = handlers[id] as unknown as AnyHandler;
    const { answer, stream } =
      typeof handler === 'function' ? { answer: handler, stream: undefined } : handler;

    return async (request: FastifyRequest, reply: FastifyReply): Promise<FastifyReply> => {
      const baseUrl = baseUrlOf(request, publicUrl);
      const caller =
        route.scope === null ? null : await identify(services.access, request, route.scope, baseUrl);
      const params = check(route.params ?? NOTHING, request.params);
      const query = check(route.query ?? NOTHING, request.query);
      const body = await checkBody(route, { services, caller, params, body: request.body ?? undefined });
      const signal = signalOf(reply);
      const input = { services, caller, params, query, body, baseUrl, signal, request, reply };

      const wantsStream = request.headers.accept?.includes('text/event-stream');
      if (stream && wantsStream && request.method === route.method) {
        const events = await stream(input);
        const problemOf = (error: unknown) =>
          toProblem(toMooringError(error, services.log, request.id), request.id);
        // So that nginx passes each event on at once: https://nginx.org/en/docs/http/ngx_http_proxy_module.html
        reply.header('x-accel-buffering', 'no');
        return reply.type('text/event-stream').send(eventStream(events, signal, problemOf));
      }

      const act = async () => {
        const result = await answer(input);
        if (route.response) return route.response.parse(result);
        return route.mediaTypes ? result : undefined;
      };
      const key = request.headers['idempotency-key'];
      if (typeof key !== 'string' || !caller || !acceptsIdempotencyKey(route))
        return send(route, reply, await act());
      const identical = { caller, key, request: [id, params, query, body], status: route.status };
      const first = await once(identical, act);
      if (first.repeated) reply.header('idempotency-replayed', 'true');
      return send(route, reply, first.answer);
    };
  }
}

function methodsByPath(): Map<string, Method[]> {
  const methods = new Map<string, Method[]>();
  for (const { path, method } of Object.values(routes))
    methods.set(path, [...(methods.get(path) ?? []), method]);
  return methods;
}

/** Sends what the contract says, with the headers that go with it. */
function send(route: Route, reply: FastifyReply, answer: unknown): FastifyReply {
  if (route.mediaTypes) return reply.code(answer === null ? 304 : route.status).send(answer);
  reply.code(route.status);
  if (route.response === null) return reply.send();
  if (answersRevision(route)) reply.header('etag', `"${(answer as Connection).revision}"`);
  if (route.response === operation && route.status === 202) {
    reply.header('operation-location', `/v1/operations/${(answer as Operation).id}`);
  }
  return reply.type('application/json').send(JSON.stringify(answer));
}
