import { Readable } from 'node:stream';
import {
  acceptsIdempotencyKey,
  acceptsIfMatch,
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
import type { Caller } from '../access/caller.ts';
import { forCaller } from '../platform/database/caller-signal.ts';
import type { Upload } from '../registration/parts.ts';
import { audited, refusedAct } from './audited.ts';
import { baseUrlOf } from './base-url.ts';
import { identify, requireAction } from './caller.ts';
import type { CallerSlots } from './caller-slots.ts';
import { eventStream } from './event-stream.ts';
import { createIdempotency } from './idempotency.ts';
import { revisionOf } from './if-match.ts';
import { checkBody } from './kind-body.ts';
import { refuseOtherMethods } from './other-methods.ts';
import { type Asked, keepToPart } from './part.ts';
import { toMooringError, toProblem } from './problems.ts';
import { handlers } from './resources/index.ts';
import type { RouteEvent } from './route.ts';
import type { HttpOptions, Services } from './services.ts';
import { endSlowReader } from './slow-reader.ts';
import { addUploadParser } from './upload.ts';
import { check, NOTHING } from './validate.ts';
import type { SignalOf } from './waiting.ts';
import { withoutSettings } from './without-settings.ts';
import { requireQuota } from './workspace-quota.ts';

/** Handlers without their types: `check` has made sure that they hold. */
type AnyAnswer = (input: object) => Promise<unknown>;
type AnyHandler =
  | AnyAnswer
  | { answer: AnyAnswer; stream(input: object): Promise<AsyncIterable<RouteEvent>> };

/** Of a body that comes without a credential. */
const UNKNOWN_BODY_BYTES = 16_384;

/** Registers every route of the contract with its handler. */
export function registerRoutes(
  app: FastifyInstance,
  services: Services,
  { publicUrl, limits }: HttpOptions,
  signalOf: SignalOf,
  slots: CallerSlots,
): void {
  const once = createIdempotency(services);
  const callers = new WeakMap<FastifyRequest, Caller>();
  for (const [id, route] of Object.entries(routes) as [RouteId, Route][]) {
    const { method, path: url, action } = route;
    const bodyLimit = action === null ? { bodyLimit: UNKNOWN_BODY_BYTES } : {};
    const options = { method, url, ...bodyLimit, onRequest: identifier(route), handler: answerer(id, route) };
    if (!route.upload) app.route(options);
    else
      app.register(async uploads => {
        addUploadParser(uploads);
        uploads.route(options);
      });
  }
  for (const [path, allowed] of methodsByPath())
    refuseOtherMethods(app, path, allowed, identifier({ action: 'self.see', partly: 'self' }));

  /** Before the body is read: only the body of a caller who may send it is parsed. */
  function identifier({ action, audit, partly }: Pick<Route, 'action' | 'audit' | 'partly'>) {
    return async (request: FastifyRequest): Promise<void> => {
      if (action === null) return;
      const baseUrl = baseUrlOf(request, publicUrl);
      const caller = await identify(services.access, request, baseUrl);
      callers.set(request, caller);
      try {
        requireAction(caller, request, action, baseUrl, partly);
      } catch (error) {
        if (audit) await services.audit.recordRefusal(caller.workspaceId, refusedAct(audit, caller, request));
        throw error;
      }
    };
  }

  function answerer(id: RouteId, route: Route) {
    const handler = handlers[id] as unknown as AnyHandler;
    const { answer, stream } =
      typeof handler === 'function' ? { answer: handler, stream: undefined } : handler;

    return async (request: FastifyRequest, reply: FastifyReply): Promise<FastifyReply> => {
      const caller = callers.get(request) ?? null;
      const signal = signalOf(reply);
      const wantsStream = request.headers.accept?.includes('text/event-stream');
      if (stream && caller && wantsStream && request.method === route.method) {
        const release = await slots.takeStream(caller, signal);
        reply.raw.once('close', release);
        if (route.method === 'GET') signalOf.endFirst(reply); // what only watches can go on at another server
        const events = await stream(await inputOf(request, reply));
        const problemOf = (error: unknown) =>
          toProblem(toMooringError(withoutSettings(caller, error), services.log, request.id), request.id);
        // So that nginx passes each event on at once: https://nginx.org/en/docs/http/ngx_http_proxy_module.html
        reply.header('x-accel-buffering', 'no');
        return reply.type('text/event-stream').send(eventStream(events, signal, problemOf));
      }
      const release = caller ? await slots.takeRequest(caller, signal) : () => {};
      const work = () => answerOnce(request, reply);
      // What changes something is finished, also where its client has gone.
      const answered = route.method === 'GET' ? forCaller(signal, work) : work();
      const answer = await answered.finally(release).catch((error: unknown) => {
        throw withoutSettings(caller, error);
      });
      if (answer instanceof Readable) endSlowReader(reply.raw, limits.relayMinBytesPerSecond);
      return send(route, reply, answer);
    };

    async function inputOf(request: FastifyRequest, reply: FastifyReply) {
      const caller = callers.get(request) ?? null;
      const params = check(route.params ?? NOTHING, request.params);
      const asked = check(route.query ?? NOTHING, request.query);
      const received = route.upload ? undefined : request.body;
      const body = await checkBody(route, { services, caller, params, body: received });
      const query = await withinScope(caller, { params, query: asked, body });
      const baseUrl = baseUrlOf(request, publicUrl);
      const upload = route.upload ? await receive(caller!, request) : null;
      return {
        services,
        caller,
        params,
        query,
        body,
        upload,
        ifRevision: acceptsIfMatch(route) ? revisionOf(request.headers['if-match']) : undefined,
        baseUrl,
        signal: signalOf(reply),
        request,
        reply,
      };
    }

    /** The query, narrowed to the part of the data that the caller's token opens. The contract has checked all of it. */
    async function withinScope(caller: Caller | null, asked: Record<keyof Asked, unknown>): Promise<unknown> {
      if (!caller?.scope || !route.partly) return asked.query;
      return keepToPart(services, { ...caller, scope: caller.scope }, route.partly, asked as Asked);
    }

    /** An aborted upload ends with the error of its stream. */
    async function receive(caller: Caller, request: FastifyRequest): Promise<Upload> {
      const body = (request.body as Readable | null | undefined) ?? Readable.from([]);
      return services.registrations.receive(caller.workspaceId, body);
    }

    async function answerOnce(request: FastifyRequest, reply: FastifyReply): Promise<unknown> {
      const input = await inputOf(request, reply);
      const { caller, params, query, body, upload } = input;
      const act = async () => {
        if (caller) await requireQuota(services.db, limits, id, caller.workspaceId);
        const result = await audited(services.audit, route, input, () => answer(input));
        if (route.response) return route.response.parse(result);
        return route.mediaTypes ? result : undefined;
      };
      const key = request.headers['idempotency-key'];
      if (typeof key !== 'string' || !caller || !acceptsIdempotencyKey(route)) return act();
      const content = upload ? upload.sha256 : body;
      const identical = { caller, key, request: [id, params, query, content], status: route.status };
      const first = await once(identical, act);
      if (first.repeated) reply.header('idempotency-replayed', 'true');
      if (first.repeated && upload) await services.registrations.forget(caller.workspaceId, upload);
      return first.answer;
    }
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
  if (answersRevision(route)) reply.header('etag', `"${(answer as Pick<Connection, 'revision'>).revision}"`);
  if (route.response === operation && route.status === 202) {
    reply.header('operation-location', `/v1/operations/${(answer as Operation).id}`);
  }
  return reply.type('application/json').send(JSON.stringify(answer));
}
