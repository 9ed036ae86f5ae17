import { MooringError } from '../platform/problem.ts';

/**
 * The revision that an If-Match header asks for; undefined where any will do.
 * @throws MooringError `invalid_request`
 */
export function revisionOf(header: string | undefined): number | undefined {
  if (header === undefined || header.trim() === '*') return undefined;
  const revision = /^\s*"(\d{1,9})"\s*$/.exec(header)?.[1];
  if (revision !== undefined) return Number(revision);
  throw new MooringError(
    'invalid_request',
    `If-Match is ${header}; expected a revision in quotes, such as "3".`,
    {
      fix: 'Send the ETag of the answer you read it from, unchanged.',
    },
  );
}
