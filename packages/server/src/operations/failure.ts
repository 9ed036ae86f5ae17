import type { Operation } from '@mooring/contract';
import { ProviderError } from '@mooring/storage/server';
import { MooringError } from '../platform/problem.ts';
import { keptText } from '../platform/redact.ts';
import { remedyOf, storageProblem } from '../platform/storage-problem.ts';

/** What an operation that failed shows. Only the log names an unexpected error. */
export function toProblem(error: unknown, operationId: string): NonNullable<Operation['problem']> {
  const known = error instanceof ProviderError ? storageProblem(error) : error;
  if (known instanceof MooringError) {
    const { code, message, fix } = known;
    const remedy = remedyOf(known);
    return { code, detail: keptText(message), fix: keptText(fix), ...(remedy && { remedy }) };
  }
  return {
    code: 'internal',
    detail: `Mooring failed while it ran this operation. Its log has the cause, under ${operationId}.`,
    fix: 'Start it again. If it fails again, report it with what the log says.',
  };
}

/** Whether the same work may succeed later without anybody changing anything. */
export function isRetryable(error: unknown): boolean {
  if (error instanceof ProviderError) return error.retryable;
  return (error instanceof MooringError && error.code === 'tool_unavailable') || isDatabaseAway(error);
}

// https://www.postgresql.org/docs/current/errcodes-appendix.html: connection exceptions, transaction rollback
// (serialization failure, deadlock), insufficient resources, operator intervention (shutdown, starting up).
const SQLSTATES_OF_A_MOMENT = /^(08|40|53|57P)/;
const SOCKET_CODES = new Set(['ECONNREFUSED', 'ECONNRESET', 'EPIPE', 'ENOENT', 'ETIMEDOUT', 'EHOSTUNREACH']);
// `pg` gives these no code.
const LOST_CONNECTION =
  /^(Connection terminated|timeout exceeded when trying to connect|Client has encountered)/;

function isDatabaseAway(error: unknown): boolean {
  if (!(error instanceof Error)) return false;
  const { code, syscall } = error as NodeJS.ErrnoException;
  if (code !== undefined && SQLSTATES_OF_A_MOMENT.test(code)) return true;
  if (
    code !== undefined &&
    SOCKET_CODES.has(code) &&
    (syscall === 'connect' || syscall === 'read' || syscall === 'write')
  )
    return true;
  return LOST_CONNECTION.test(error.message) || isDatabaseAway(error.cause);
}
