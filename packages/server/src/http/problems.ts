import { ERROR_CODES, type ErrorCode, type Problem } from '@mooring/contract';
import { ProviderError } from '@mooring/storage/server';
import type { FastifyReply, FastifyRequest } from 'fastify';
import type { Logger } from 'pino';
import { isRetryable } from '../operations/failure.ts';
import { MooringError } from '../platform/problem.ts';
import { storageProblem } from '../platform/storage-problem.ts';

/** The page that says what each code means. Relative, so that a type is the same in every installation. */
export const PROBLEMS_PATH = '/docs/problems';

/** An error as an RFC 9457 problem. */
export function toProblem(error: MooringError, requestId: string): Problem {
  return {
    type: `${PROBLEMS_PATH}#${error.code}`,
    title: error.title ?? titleOf(error.code),
    status: error.status,
    detail: error.message,
    code: error.code,
    requestId,
    fix: error.fix,
    ...(error.remedy ? { remedy: error.remedy } : {}),
    ...(error.fields ? { errors: error.fields } : {}),
    ...(error.operationId ? { operationId: error.operationId } : {}),
  };
}

/** What anything that was thrown says to the client. What is not meant for it is logged and says nothing. */
export function toMooringError(error: unknown, log: Logger, requestId: string): MooringError {
  if (error instanceof MooringError && error.code !== 'internal') return error;
  if (error instanceof ProviderError) return storageProblem(error);
  const request = fastifyProblem(error);
  if (request) return request;
  if (isDiskFull(error)) return diskFull(error);
  if (isRetryable(error)) return databaseAway(error);
  if (isQueryCanceled(error)) return queryGivenUp(error);
  log.error({ err: error, requestId }, 'a request failed unexpectedly');
  return new MooringError('internal', 'Something went wrong in the server itself.', {
    fix: `Look for ${requestId} in the server's log.`,
    cause: error,
  });
}

// https://www.postgresql.org/docs/current/errcodes-appendix.html: disk_full
const isDiskFull = (error: unknown): boolean =>
  error instanceof Error && 'code' in error && error.code === '53100';

const diskFull = (cause: unknown): MooringError =>
  new MooringError('unavailable', 'The disk of the database is full, so nothing can be written.', {
    fix: 'Ask the operator to make room on the disk of the database. Nothing is lost: send the request again afterwards.',
    retryAfterSeconds: 60,
    cause,
  });

const databaseAway = (cause: unknown): MooringError =>
  new MooringError('unavailable', 'The database could not answer just now.', {
    fix: 'Ask again in a few seconds. If it stays so, check that PostgreSQL runs; the log of the server says more.',
    retryAfterSeconds: 2,
    cause,
  });

// https://www.postgresql.org/docs/current/errcodes-appendix.html: query_canceled
const isQueryCanceled = (error: unknown): boolean =>
  error instanceof Error && 'code' in error && error.code === '57014';

const queryGivenUp = (cause: unknown): MooringError =>
  new MooringError('unavailable', 'The database took too long to answer this, and gave it up.', {
    fix: 'Ask for less: a folder, a source or the beginning of a key. The operator can raise queryTimeoutSeconds.',
    retryAfterSeconds: 10,
    cause,
  });

export function sendProblem(log: Logger, error: unknown, request: FastifyRequest, reply: FastifyReply): void {
  const known = toMooringError(error, log, request.id);
  if (known.status >= 500 && known.code !== 'internal' && known.cause) {
    log.warn({ err: known, requestId: request.id }, 'a request failed');
  }
  if (known.code === 'unauthenticated') reply.header('www-authenticate', 'Bearer');
  if (known.retryAfterSeconds !== undefined) reply.header('retry-after', known.retryAfterSeconds);
  reply
    .code(known.status)
    .type('application/problem+json')
    .header('cache-control', 'no-store')
    .send(JSON.stringify(toProblem(known, request.id)));
}

/** Codes of storage kinds that bring no title are about what was sent. */
const titleOf = (code: string): string =>
  code in ERROR_CODES ? ERROR_CODES[code as ErrorCode].title : 'The request is not valid';

/** Fastify's own refusals, by its codes: https://fastify.dev/docs/latest/Reference/Errors/ */
const FASTIFY: Record<string, { code: ErrorCode; message: string; fix: string }> = {
  FST_ERR_CTP_BODY_TOO_LARGE: {
    code: 'payload_too_large',
    message: 'The body of the request has more than 1 MiB.',
    fix: 'Send less at a time.',
  },
  FST_ERR_CTP_INVALID_MEDIA_TYPE: {
    code: 'unsupported_media_type',
    message: 'The Content-Type of the request is not JSON.',
    fix: 'Send JSON with `Content-Type: application/json`.',
  },
  FST_ERR_CTP_INVALID_JSON_BODY: {
    code: 'invalid_request',
    message: 'The body of the request is not well-formed JSON.',
    fix: 'Correct the JSON.',
  },
  FST_ERR_CTP_INVALID_CONTENT_LENGTH: {
    code: 'invalid_request',
    message: 'The body is not as long as Content-Length says.',
    fix: 'Send the whole body.',
  },
  FST_ERR_BAD_URL: {
    code: 'invalid_request',
    message: 'The path of the request is not well-formed.',
    fix: 'Percent-encode it as UTF-8.',
  },
  FST_STATIC_FORBIDDEN_PATH: {
    code: 'not_found',
    message: 'There is nothing at this address.',
    fix: 'Check the address; /docs/api lists what there is.',
  },
  FST_ERR_MAX_PARAM_LENGTH: {
    code: 'invalid_request',
    message: 'A part of the path is longer than every id and token.',
    fix: 'Send the address as Mooring gave it.',
  },
};

function fastifyProblem(error: unknown): MooringError | null {
  if (!(error instanceof Error && 'code' in error && 'statusCode' in error)) return null;
  const known = FASTIFY[String(error.code)];
  if (known) return new MooringError(known.code, known.message, { fix: known.fix, cause: error });
  if (!/^FST_/.test(String(error.code)) || Number(error.statusCode) >= 500) return null;
  return new MooringError('invalid_request', `The request is not as expected: ${error.message}`, {
    fix: 'Correct the request. /docs/api shows what each route accepts.',
    cause: error,
  });
}
