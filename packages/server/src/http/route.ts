import type { Readable } from 'node:stream';
import type { Route } from '@mooring/contract';
import type { FastifyReply, FastifyRequest } from 'fastify';
import type { z } from 'zod';
import type { Caller } from '../access/caller.ts';
import type { Upload } from '../registration/parts.ts';
import type { Services } from './services.ts';

type Output<R, K extends string> = R extends Record<K, infer S extends z.ZodType> ? z.output<S> : undefined;

/** What a route is given: everything checked against the contract. */
export interface RouteInput<R extends Route> {
  services: Services;
  caller: R['action'] extends null ? null : Caller;
  params: Output<R, 'params'>;
  query: Output<R, 'query'>;
  body: Output<R, 'body'>;
  /** What was received, of a route with an `upload`. */
  upload: R extends { upload: string } ? Upload : null;
  /** The revision of the settings that the change was made for (If-Match); undefined for any. */
  ifRevision: number | undefined;
  /** Where this server is reached from outside, without a trailing slash. */
  baseUrl: string;
  /** Aborts when the client has gone or the server closes: the answer has no reader any more. */
  signal: AbortSignal;
  request: FastifyRequest;
  reply: FastifyReply;
}

/**
 * Answers a route. Fields that the contract does not name are left out of the answer. One that answers with bytes sets
 * their headers itself; null: the client has them (304).
 */
type Answer<R extends Route> = (
  input: RouteInput<R>,
) => Promise<
  R['response'] extends z.ZodType
    ? z.input<R['response']>
    : R extends { mediaTypes: readonly string[] }
      ? Uint8Array | Readable | null
      : void
>;

/** One server-sent event; `data` is written as JSON, as its schema has it. */
export interface RouteEvent {
  event: string;
  schema: z.ZodType;
  data: unknown;
}

interface StreamingHandler<R extends Route> {
  answer: Answer<R>;
  /** Answers `Accept: text/event-stream`. What it throws before it resolves is answered as a problem. */
  stream(input: RouteInput<R>): Promise<AsyncIterable<RouteEvent>>;
}

/** How the server answers routes: a handler for each, and for those that stream a second answer. */
export type Handlers<Routes extends Record<string, Route>> = {
  [Id in keyof Routes]: Routes[Id] extends { stream: string }
    ? StreamingHandler<Routes[Id]>
    : Answer<Routes[Id]>;
};
