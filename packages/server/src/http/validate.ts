import { z } from 'zod';
import { MooringError } from '../platform/problem.ts';

type Field = { path: string; message: string };

/** For routes that take none. */
export const NOTHING = z.strictObject({});

/**
 * What a part of a request means by its schema.
 * @throws MooringError `invalid_request` that names each field that is not as expected
 */
export function check(schema: z.ZodType, value: unknown): unknown {
  const result = schema.safeParse(value);
  if (result.success) return result.data;
  const fields = result.error.issues.flatMap(toFields);
  throw new MooringError(
    'invalid_request',
    fields.map(({ path, message }) => (path ? `${path}: ${message}` : message)).join('; '),
    { fix: 'Correct what is named; /docs/api says what each route takes.', fields },
  );
}

function toFields(issue: z.core.$ZodIssue): Field[] {
  if (issue.code === 'unrecognized_keys') {
    return issue.keys.map(key => ({ path: pathOf([...issue.path, key]), message: 'unknown field' }));
  }
  return [{ path: pathOf(issue.path), message: issue.message }];
}

const pathOf = (path: readonly PropertyKey[]): string => path.map(String).join('.');
