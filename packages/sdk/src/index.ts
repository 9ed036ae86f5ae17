export { linkUrl } from '@mooring/contract';
export { createClient, type MooringClient, type WatchOptions } from './client.ts';
export { MooringApiError, MooringOperationError, MooringUnreachableError } from './error.ts';
export type { ClientOptions } from './request.ts';
export type {
  CallArguments,
  CallInput,
  CallOptions,
  CallResult,
  PagedItem,
  PagedRouteId,
  StreamRouteId,
} from './types.ts';
export { type AuditVerdict, type NotedEntry, verifyAudit } from './verify-audit.ts';
