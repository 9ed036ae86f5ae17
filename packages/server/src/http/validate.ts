import { z } from 'zod';
import { MooringError } from '../platform/problem.ts';

type Field = { path: string; message: string };

/** For routes that take none. */
export const NOTHING = z.strictObject({});

/**
 * What a part of a request means by its schema.
 * @throws MooringError `invalid_request` that names each field that is not as expected
 */
export function check(schema: z.ZodType, value: unknown, fix = CORRECT): unknown {
  const result = schema.safeParse(value);
  if (result.success) return result.data;
  throw invalidFields(result.error.issues.flatMap(toFields), fix);
}

/** Refuses a request, with each field that is not as expected. */
export const invalidFields = (fields: Field[], fix = CORRECT): MooringError =>
  new MooringError(
    'invalid_request',
    fields.map(({ path, message }) => (path ? `${path}: ${message}` : message)).join('; '),
    { fix, fields },
  );

/** What to do about them. */
export const CORRECT = 'Correct the fields that are named. /docs/api shows what each route accepts.';

function toFields(issue: z.core.$ZodIssue): Field[] {
  if (issue.code === 'unrecognized_keys') {
    return issue.keys.map(key => ({ path: pathOf([...issue.path, key]), message: 'unknown field' }));
  }
  return [{ path: pathOf(issue.path), message: issue.message }];
}

const pathOf = (path: readonly PropertyKey[]): string => path.map(String).join('.');
