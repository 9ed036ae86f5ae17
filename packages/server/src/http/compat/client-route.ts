import { ACTIONS, type Action, type AuditAction, type Method, type RouteId } from '@mooring/contract';
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import type { z } from 'zod';
import type { Caller } from '../../access/caller.ts';
import { forCaller } from '../../platform/database/caller-signal.ts';
import { audited, refusedAct } from '../audited.ts';
import { baseUrlOf } from '../base-url.ts';
import { noteCaller, requireAction } from '../caller.ts';
import type { CallerSlots } from '../caller-slots.ts';
import { createIdempotency } from '../idempotency.ts';
import { refuseOtherMethods } from '../other-methods.ts';
import type { HttpOptions, Services } from '../services.ts';
import { check } from '../validate.ts';
import type { SignalOf } from '../waiting.ts';
import { withoutSettings } from '../without-settings.ts';
import { requireQuota } from '../workspace-quota.ts';

/** What the routes for other platforms' clients have in common. */
export interface ClientDependencies {
  services: Services;
  options: HttpOptions;
  slots: CallerSlots;
  signalOf: SignalOf;
}

/** A request of such a client, once it is known who sent it and that they may. */
export interface ClientInput {
  services: Services;
  caller: Caller;
  /** Not checked: what a client of another platform sends is checked by `read`, field by field. */
  params: Record<string, string>;
  query: unknown;
  body: unknown;
  request: FastifyRequest;
  reply: FastifyReply;
  baseUrl: string;
  /** Aborts when the client has gone or the server closes. */
  signal: AbortSignal;
  /** @throws MooringError `conflict` where the workspace has as many as it may */
  requireQuota(of: RouteId): Promise<void>;
  /** Does something that the audit writes down. */
  act<T>(action: AuditAction, work: () => Promise<T>): Promise<T>;
}

/** One call of such a client. */
export interface ClientRoute {
  method: Method;
  path: string;
  /** What the caller does; what a call needs beyond that, its answer asks for. */
  action: Action;
  /** What the audit says where a caller is refused. */
  audit?: AuditAction;
  /** Whether it waits for something to end. */
  waits?: true;
  bodyLimit?: number;
  answer(input: ClientInput): Promise<unknown>;
}

/**
 * Registers the calls of a client.
 * @param identify says who sent a request, before its body is read
 * @param sameAs what two requests have in common of which the second shall do nothing; null: it is a request of its own
 */
export function registerClientRoutes(
  app: FastifyInstance,
  { services, options, slots, signalOf }: ClientDependencies,
  routes: readonly ClientRoute[],
  identify: (request: FastifyRequest, baseUrl: string) => Promise<Caller>,
  sameAs: (request: FastifyRequest) => string | null = () => null,
): void {
  const once = createIdempotency(services);
  const callers = new WeakMap<FastifyRequest, Caller>();
  const known = async (request: FastifyRequest): Promise<Caller> => {
    const caller = await identify(request, baseUrlOf(request, options.publicUrl));
    noteCaller(request, caller.id);
    callers.set(request, caller);
    return caller;
  };

  for (const { method, path, action, audit, waits, bodyLimit, answer } of routes) {
    app.route({
      method,
      url: path,
      ...(bodyLimit !== undefined && { bodyLimit }),
      onRequest: async request => {
        const caller = await known(request);
        const asked = { services, caller, request, baseUrl: baseUrlOf(request, options.publicUrl) };
        await requireAct(asked, action, audit);
      },
      handler: async (request, reply) => {
        const caller = callers.get(request)!;
        const signal = signalOf(reply);
        if (waits) signalOf.endFirst(reply);
        const release = waits
          ? await slots.takeStream(caller, signal)
          : await slots.takeRequest(caller, signal);
        const ask = () => answer(inputOf(request, reply, caller, signal));
        const key = ACTIONS[action].changes ? sameAs(request) : null;
        const work = async () => {
          if (key === null) return ask();
          const first = await once(
            { caller, key, request: key, status: 200 },
            async () => (await ask()) ?? null,
          );
          return first.answer ?? undefined;
        };
        const answered = method === 'GET' ? forCaller(signal, work) : work();
        const result = await answered.finally(release).catch((error: unknown) => {
          throw withoutSettings(caller, error);
        });
        if (result === undefined) return reply.code(204).send();
        return reply.type('application/json').send(JSON.stringify(result));
      },
    });
  }
  for (const path of new Set(routes.map(({ path }) => path))) {
    const methods = routes.filter(route => route.path === path).map(({ method }) => method);
    refuseOtherMethods(app, path, methods, known);
  }

  function inputOf(
    request: FastifyRequest,
    reply: FastifyReply,
    caller: Caller,
    signal: AbortSignal,
  ): ClientInput {
    const baseUrl = baseUrlOf(request, options.publicUrl);
    return {
      ...{ services, caller, request, reply, baseUrl, signal },
      params: request.params as Record<string, string>,
      query: request.query,
      body: request.body ?? undefined,
      requireQuota: of => requireQuota(services.db, options.limits, of, caller.workspaceId),
      act: async (audit, work) => {
        const route = { method: 'POST', status: 201, audit } as const;
        const asked = { caller, params: {}, body: {}, request };
        return audited(services.audit, route, asked, work);
      },
    };
  }
}

/** Refuses those who may not do something, and writes it down. @throws MooringError `forbidden` */
export async function requireAct(
  { services, caller, request, baseUrl }: Pick<ClientInput, 'services' | 'caller' | 'request' | 'baseUrl'>,
  action: Action,
  audit: AuditAction | undefined,
): Promise<void> {
  try {
    requireAction(caller, request, action, baseUrl);
  } catch (error) {
    if (audit) await services.audit.recordRefusal(caller.workspaceId, refusedAct(audit, caller, request));
    throw error;
  }
}

/** What a client sent, as a schema has it. @throws MooringError `invalid_request`, which names the fields */
export const read = <T extends z.ZodType>(schema: T, value: unknown): z.output<T> =>
  check(schema, value, 'Correct the fields that are named.') as z.output<T>;
