import type { RouteId, routes } from '@mooring/contract';
import type { FastifyReply, FastifyRequest } from 'fastify';
import type { z } from 'zod';
import type { Caller } from '../access/caller.ts';
import type { Services } from './services.ts';

type Routes = typeof routes;
type Output<R, K extends string> = R extends Record<K, infer S extends z.ZodType> ? z.output<S> : undefined;

/** What a route is given: everything checked against the contract. */
export interface RouteInput<Id extends RouteId> {
  services: Services;
  caller: Routes[Id]['scope'] extends null ? null : Caller;
  params: Output<Routes[Id], 'params'>;
  query: Output<Routes[Id], 'query'>;
  body: Output<Routes[Id], 'body'>;
  /** Where this server is reached from outside, without a trailing slash. */
  baseUrl: string;
  /** Aborts when the client has gone or the server closes: nobody waits for the answer any more. */
  signal: AbortSignal;
  request: FastifyRequest;
  reply: FastifyReply;
}

/** What a route returns; fields that the contract does not name are left out of the answer. */
type RouteResult<Id extends RouteId> = Routes[Id]['response'] extends z.ZodType
  ? Promise<z.input<Routes[Id]['response']>>
  : Promise<void>;

/** One server-sent event; `data` is written as JSON, as its schema has it. */
export interface RouteEvent {
  event: string;
  schema: z.ZodType;
  data: unknown;
}

interface Streaming<Id extends RouteId> {
  /** Answers `Accept: text/event-stream`. What it throws before it resolves is answered as a problem. */
  stream(input: RouteInput<Id>): Promise<AsyncIterable<RouteEvent>>;
}

/** How the server answers one route of the contract. */
export type RouteHandler<Id extends RouteId> = {
  id: Id;
  handle(input: RouteInput<Id>): RouteResult<Id>;
} & (Routes[Id] extends { stream: string } ? Streaming<Id> : { stream?: never });

/** Gives a handler its types: `route({ id: 'getAsset', handle: async ({ services, caller, params }) => … })`. */
export const route = <Id extends RouteId>(handler: RouteHandler<Id>): RouteHandler<Id> => handler;
