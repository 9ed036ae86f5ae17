export { createClient, type MooringClient } from './client.ts';
export { MooringApiError, MooringUnreachableError } from './error.ts';
export type { ClientOptions } from './request.ts';
export type {
  CallArguments,
  CallInput,
  CallResult,
  PagedItem,
  PagedRouteId,
  StreamRouteId,
} from './types.ts';
