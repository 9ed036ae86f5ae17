import type { RouteId, routes } from '@mooring/contract';
import type { z } from 'zod';

// Also right for programs that are compiled without `strict`, where null and undefined fit every type: so these ask for
// what a route has, or whether it is null, and never whether undefined fits. What may be null, such as `nextCursor`, may
// then be left out as well.
type Routes = typeof routes;

type Params<R> = [R] extends [{ params: infer S extends z.ZodType }]
  ? { params: z.input<S> }
  : { params?: never };
/** Query values as they are meant (numbers, booleans); they are written into the address as text. */
type Query<R> = [R] extends [{ query: infer S extends z.ZodType }]
  ? { query?: { [K in keyof z.output<S>]?: z.output<S>[K] | undefined } }
  : { query?: never };
/** Zod marks what may be left out. */
type Body<R> = [R] extends [{ body: infer S extends z.ZodType }]
  ? S extends { _zod: { optin: 'optional' | 'defaulted' } }
    ? { body?: NonNullable<z.input<S>> }
    : { body: z.input<S> }
  : { body?: never };

export interface CallOptions {
  headers?: Record<string, string>;
  signal?: AbortSignal;
  /** How long to wait for the answer to begin; without it as the client's options say. */
  timeoutSeconds?: number;
}

/** What a call of a route needs: its path parameters, query and body, as the contract has them. */
export type CallInput<Id extends RouteId> = Params<Routes[Id]> &
  Query<Routes[Id]> &
  Body<Routes[Id]> &
  CallOptions;

/** The argument may be left out where the route needs nothing. */
export type CallArguments<Id extends RouteId> =
  Record<never, never> extends CallInput<Id> ? [input?: CallInput<Id>] : [input: CallInput<Id>];

/** What a route answers with; bytes where it has media types. */
export type CallResult<Id extends RouteId> = [Routes[Id]['response']] extends [null]
  ? 'mediaTypes' extends keyof Routes[Id]
    ? Uint8Array
    : undefined
  : z.output<Extract<Routes[Id]['response'], z.ZodType>>;

/** Routes whose answer is a page of items: it says where the next one begins. */
export type PagedRouteId = {
  [Id in RouteId]: 'nextCursor' extends keyof CallResult<Id>
    ? CallResult<Id> extends { items: unknown[] }
      ? Id
      : never
    : never;
}[RouteId];
export type PagedItem<Id extends PagedRouteId> = CallResult<Id> extends { items: (infer T)[] } ? T : never;

/** Routes that can stream server-sent events. */
export type StreamRouteId = {
  [Id in RouteId]: Routes[Id] extends { stream: string } ? Id : never;
}[RouteId];
