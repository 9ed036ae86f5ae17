import { z } from 'zod';
import type { AuditAction } from './resources/audit.ts';
import type { Action } from './roles.ts';

export type Method = 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE';

/**
 * How a route is kept to the part that a token opens. `self`: it answers nothing of the data; `filter`: its query is a
 * filter of assets, which is narrowed; `assets`: the assets that path or body name have to be in the part; `folders`: the
 * folder that path or query names.
 */
export type Partly = 'self' | 'filter' | 'assets' | 'folders';

/** One route of the API, as data: the server registers it, the SDK calls it, OpenAPI describes it. */
export interface Route {
  method: Method;
  /** Path with `:name` parameters. */
  path: string;
  summary: string;
  description?: string;
  tag: string;
  /** What the caller does, which needs a role; null: answers without a credential. */
  action: Action | null;
  /** What a token that opens only a part of the data may do with it; without this, such a token is refused. */
  partly?: Partly;
  params?: z.ZodObject;
  /** Query and body are strict objects: a field that is not known is refused, never ignored. */
  query?: z.ZodObject;
  body?: z.ZodType;
  /** Secrets that the credential in the body lacks stay as they are stored. */
  keepsSecrets?: true;
  /** What the body holds that is not JSON; it is taken as a stream. */
  upload?: string;
  /** Status and body of success; body null for none. */
  status: 200 | 201 | 202 | 204 | 302;
  response: z.ZodType | null;
  /** Of an answer that is bytes. Its response is null; the client says in `Accept` which it wants. */
  mediaTypes?: readonly string[];
  /** What the same route streams as server-sent events when asked with `Accept: text/event-stream`. */
  stream?: string;
  /** What the audit says when it was done. */
  audit?: AuditAction;
}

/** Whether the route answers with a thing whose settings have a revision, which then comes as ETag. */
export const answersRevision = ({ response }: Route): boolean =>
  response instanceof z.ZodObject && 'revision' in response.shape;

/** Whether the route changes such settings. It does so only at the revision in If-Match, where the request has one. */
export const acceptsIfMatch = (route: Route): boolean =>
  (route.method === 'PATCH' || route.method === 'PUT') && answersRevision(route);

export const defineRoute = <const R extends Route>(route: R): R => route;

/** Whether the route makes something, so that a repeated request with the same `Idempotency-Key` must not. */
export const acceptsIdempotencyKey = (route: Route): boolean =>
  route.method === 'POST' && route.action !== null && (route.status === 201 || route.status === 202);
