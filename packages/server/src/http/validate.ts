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
  throw invalidFields(fieldsOf(result.error), fix);
}

/** Each field that is not as a schema expects it. */
export const fieldsOf = ({ issues }: z.ZodError): Field[] => issues.flatMap(toFields);

/** More are not named: a body can have tens of thousands. */
const MOST_FIELDS = 100;

/** Refuses a request, with the first hundred fields that are not as expected. */
export function invalidFields(all: Field[], fix = CORRECT): MooringError {
  const fields = all.slice(0, MOST_FIELDS);
  const texts = fields.map(({ path, message }) => (path ? `${path}: ${message}` : message));
  if (all.length > MOST_FIELDS) texts.push(`and ${all.length - MOST_FIELDS} more`);
  return new MooringError('invalid_request', texts.join('; '), { fix, fields });
}

/** What to do about them. */
export const CORRECT = 'Correct the fields that are named. /docs/api shows what each route accepts.';

function toFields(issue: z.core.$ZodIssue): Field[] {
  if (issue.code === 'unrecognized_keys') {
    return issue.keys.map(key => ({ path: pathOf([...issue.path, key]), message: 'unknown field' }));
  }
  return [{ path: pathOf(issue.path), message: issue.message }];
}

const pathOf = (path: readonly PropertyKey[]): string => path.map(String).join('.');
