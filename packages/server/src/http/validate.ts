import { credentialInput, storageLocationInput } from '@mooring/contract';
import { z } from 'zod';
import type { PureKinds } from '../platform/kinds.ts';
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
  throw invalidFields(result.error.issues.flatMap(toFields));
}

/** Refuses a request, with each field that is not as expected. */
export const invalidFields = (fields: Field[]): MooringError =>
  new MooringError(
    'invalid_request',
    fields.map(({ path, message }) => (path ? `${path}: ${message}` : message)).join('; '),
    { fix: 'Correct the fields that are named. /docs/api shows what each route accepts.', fields },
  );

function toFields(issue: z.core.$ZodIssue): Field[] {
  if (issue.code === 'unrecognized_keys') {
    return issue.keys.map(key => ({ path: pathOf([...issue.path, key]), message: 'unknown field' }));
  }
  return [{ path: pathOf(issue.path), message: issue.message }];
}

const pathOf = (path: readonly PropertyKey[]): string => path.map(String).join('.');

/** Fields of bodies that the contract leaves to the storage kinds, and the schema of a kind that takes their place. */
const KIND_FIELDS = [
  { name: 'location', neutral: storageLocationInput, schema: 'LocationInput' },
  { name: 'credential', neutral: credentialInput, schema: 'CredentialInput' },
] as const;

/** The schema of a body, with what the kinds take in the place of what the contract leaves to them. */
export function withKinds(body: z.ZodType, kinds: PureKinds): z.ZodType {
  if (!(body instanceof z.ZodObject)) return body;
  const open = KIND_FIELDS.filter(({ name, neutral }) => body.shape[name] === neutral);
  if (open.length === 0) return body;
  const own = open.map(({ name, schema }) => {
    const [first, ...others] = kinds.ids.map(id => kinds.get(id).kind.api.schemas[schema]);
    return [name, others.length === 0 ? first! : z.union([first!, ...others])] as const;
  });
  return body.extend(Object.fromEntries(own));
}
