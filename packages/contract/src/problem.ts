import { z } from 'zod';
import { fix } from './fix.ts';

/**
 * Every error code that the API answers with, the HTTP status it comes with, and its title.
 * A code is never reused for another meaning and never removed.
 */
export const ERROR_CODES = {
  invalid_request: { status: 400, title: 'The request is not valid' },
  invalid_location: { status: 400, title: 'The storage location is not valid' },
  certificate_invalid: { status: 400, title: 'This is not a certificate with its private key' },
  credential_unavailable: { status: 400, title: 'This installation does not offer this credential' },
  unauthenticated: { status: 401, title: 'Sign in or send a token' },
  sign_in_link_invalid: { status: 401, title: 'This sign-in link does not work' },
  invitation_invalid: { status: 401, title: 'This invitation does not work' },
  forbidden: { status: 403, title: 'Not allowed with this credential' },
  not_found: { status: 404, title: 'Not found' },
  thumbnail_unavailable: { status: 404, title: 'There is no thumbnail of this asset' },
  setup_link_invalid: { status: 404, title: 'This setup link does not work' },
  link_invalid: { status: 404, title: 'This link does not work' },
  method_not_allowed: { status: 405, title: 'Method not allowed' },
  conflict: { status: 409, title: 'This is in conflict with what exists' },
  credential_refused: { status: 400, title: 'The new credential does not work' },
  credential_grants_less: { status: 409, title: 'The new credential grants less than is in use' },
  ownership_missing: {
    status: 409,
    title: 'The owner of the storage has not said that this workspace is wanted',
  },
  connection_unlinked: { status: 409, title: 'The connection is unlinked' },
  sync_already_running: { status: 409, title: 'A sync of this source is already running' },
  sync_guard: { status: 409, title: 'The sync would remove too much' },
  object_archived: { status: 409, title: 'The object is archived' },
  asset_gone: { status: 410, title: 'The object of this asset has gone' },
  stale_revision: { status: 412, title: 'It changed since you read it' },
  payload_too_large: { status: 413, title: 'The request is too large' },
  unsupported_media_type: { status: 415, title: 'The content type is not supported' },
  range_not_satisfiable: { status: 416, title: 'The range lies outside the object' },
  too_many_requests: { status: 429, title: 'Too many requests' },
  search_too_slow: { status: 503, title: 'The search takes too long' },
  internal: { status: 500, title: 'Mooring failed' },
  storage_not_found: { status: 502, title: 'The storage does not have it' },
  storage_unauthenticated: { status: 502, title: 'The storage refused the credential' },
  storage_forbidden: { status: 502, title: 'The storage did not allow it' },
  storage_throttled: { status: 503, title: 'The storage asks for fewer requests' },
  storage_unreachable: { status: 502, title: 'The storage cannot be reached' },
  storage_failed: { status: 502, title: 'The storage failed' },
  tool_refused: { status: 400, title: 'The other tool refused it' },
  tool_unavailable: { status: 424, title: 'The other tool does not answer' },
  unavailable: { status: 503, title: 'Not available right now' },
} as const;
export type ErrorCode = keyof typeof ERROR_CODES;

/** A code of the table above, or one that a storage kind adds (see `KindSchemas`). */
export const problemCode = z.string().meta({ id: 'ProblemCode' });
export type ProblemCode = ErrorCode | (string & {});

/**
 * An RFC 9457 problem. `detail` says what was seen and what was expected; `fix` says the one next step;
 * `remedy` says why, all steps, and what to copy, as the checks of a connection do.
 */
export const problem = z
  .object({
    type: z.string().meta({
      example: '/docs/problems#not_found',
      description: 'Leads to what the code means, at this installation',
    }),
    title: z.string(),
    status: z.number().int(),
    detail: z.string(),
    code: problemCode,
    requestId: z.string(),
    fix: z.string(),
    remedy: fix
      .nullish()
      .meta({ description: 'The same with its reason and what to copy, where that is known' }),
    errors: z
      .array(z.object({ path: z.string(), message: z.string() }))
      .optional()
      .meta({ description: 'Each field of the request that was not as expected' }),
    operationId: z
      .string()
      .optional()
      .meta({ description: 'The operation that blocks this one, where there is one' }),
  })
  .meta({ id: 'Problem' });
export type Problem = z.infer<typeof problem>;
