import type { Page, RouteId, routes } from '@mooring/contract';
import type { z } from 'zod';

type Routes = typeof routes;
type Field<R, K extends string> = R extends Record<K, infer S> ? S : undefined;

type Params<R> = [Field<R, 'params'>] extends [z.ZodType]
  ? { params: z.input<Field<R, 'params'>> }
  : { params?: never };
/** Query values as they are meant (numbers, booleans); they are written into the address as text. */
type Query<R> = [Field<R, 'query'>] extends [z.ZodType]
  ? { query?: { [K in keyof z.output<Field<R, 'query'>>]?: z.output<Field<R, 'query'>>[K] | undefined } }
  : { query?: never };
type Body<R> = [Field<R, 'body'>] extends [z.ZodType]
  ? undefined extends z.input<Field<R, 'body'>>
    ? { body?: NonNullable<z.input<Field<R, 'body'>>> }
    : { body: z.input<Field<R, 'body'>> }
  : { body?: never };

export interface CallOptions {
  headers?: Record<string, string>;
  signal?: AbortSignal;
}

/** What a call of a route needs: its path parameters, query and body, as the contract has them. */
export type CallInput<Id extends RouteId> = Params<Routes[Id]> &
  Query<Routes[Id]> &
  Body<Routes[Id]> &
  CallOptions;

/** The argument may be left out where the route needs nothing. */
export type CallArguments<Id extends RouteId> =
  Record<never, never> extends CallInput<Id> ? [input?: CallInput<Id>] : [input: CallInput<Id>];

export type CallResult<Id extends RouteId> = Routes[Id]['response'] extends z.ZodType
  ? z.output<Routes[Id]['response']>
  : undefined;

/** Routes whose answer is a page of items. */
export type PagedRouteId = {
  [Id in RouteId]: CallResult<Id> extends Page<unknown> ? Id : never;
}[RouteId];
export type PagedItem<Id extends PagedRouteId> = CallResult<Id> extends Page<infer T> ? T : never;

/** Routes that can stream server-sent events. */
export type StreamRouteId = {
  [Id in RouteId]: Routes[Id] extends { stream: string } ? Id : never;
}[RouteId];
