import type { ErrorCode, Fix } from '@mooring/contract';
import { type ErrorKind, ProviderError } from '@mooring/storage/server';
import { MooringError } from './problem.ts';
import { keptFix } from './redact.ts';

const CODES: Record<ErrorKind, ErrorCode> = {
  'not-found': 'storage_not_found',
  unauthenticated: 'storage_unauthenticated',
  forbidden: 'storage_forbidden',
  'network-rules': 'storage_forbidden',
  archived: 'object_archived',
  immutable: 'storage_forbidden',
  changed: 'conflict',
  range: 'range_not_satisfiable',
  throttled: 'storage_throttled',
  unreachable: 'storage_unreachable',
  tls: 'storage_unreachable',
  invalid: 'storage_failed',
  unexpected: 'storage_failed',
};

/** What the API says of a storage's failure. */
export const storageProblem = (error: ProviderError): MooringError =>
  new MooringError(CODES[error.kind], error.message, {
    fix: error.fix,
    remedy: error.remedy,
    retryAfterSeconds: error.retryAfterSeconds,
    cause: error,
  });

/** How to mend an error, to be kept; null where no more is known than its `fix`. */
export const remedyOf = (error: unknown): Fix | null =>
  (error instanceof ProviderError || error instanceof MooringError) && error.remedy
    ? keptFix(error.remedy)
    : null;
