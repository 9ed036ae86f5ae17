import { credentialInput, type Route, storageLocationInput } from '@mooring/contract';
import { z } from 'zod';
import type { Caller } from '../access/caller.ts';
import { type PureKind, type PureKinds, secretsLeftOut } from '../platform/kinds.ts';
import type { Services } from './services.ts';
import { CORRECT, check, fieldsOf, invalidFields, NOTHING } from './validate.ts';

// The contract leaves some fields of bodies to the storage kinds. One kind judges them: a union of all kinds could not
// say which field is wrong.

/** Those fields, and the schema of a kind that takes their place. */
const KIND_FIELDS = [
  { name: 'location', neutral: storageLocationInput, schema: 'LocationInput' },
  { name: 'credential', neutral: credentialInput, schema: 'CredentialInput' },
] as const;

interface Received {
  services: Pick<Services, 'connections' | 'kinds'>;
  caller: Caller | null;
  params: unknown;
  body: unknown;
}

/**
 * What the body of a request means. Its kind is that of the connection in the path, or else the one that it names.
 * @throws MooringError `invalid_request` that names each field that is not as expected; `not_found`: the connection
 */
export async function checkBody({ body: schema, keepsSecrets }: Route, received: Received): Promise<unknown> {
  const { services, body } = received;
  if (!schema) return check(NOTHING, body === undefined ? {} : body);
  if (!(schema instanceof z.ZodObject)) return check(schema, body);
  if (leftOf(schema).length === 0) return check(schema, body);
  const provider = await providerOf(received);
  const kind = services.kinds.get(provider);
  const fix = fixOf(services.kinds, provider);
  return keepsSecrets ? checkChange(schema, kind, body, fix) : check(withKind(schema, kind), body, fix);
}

/** The same, but the secrets of the credential may be missing. */
function checkChange(schema: z.ZodObject, kind: PureKind, body: unknown, fix: string): unknown {
  const result = withKind(schema, kind).safeParse(body);
  if (result.success) return result.data;
  const input = credentialInput.safeParse((body as { credential?: unknown } | null)?.credential);
  const leftOut = input.success ? secretsLeftOut(kind, input.data).map(name => `credential.${name}`) : [];
  const wrong = fieldsOf(result.error).filter(({ path }) => !leftOut.includes(path));
  if (wrong.length > 0) throw invalidFields(wrong, fix);
  return check(schema, body, fix);
}

const leftOf = ({ shape }: z.ZodObject) => KIND_FIELDS.filter(({ name, neutral }) => shape[name] === neutral);

/** The schema of a body, with what one kind takes in the place of what the contract leaves to it. */
export const withKind = (schema: z.ZodObject, { kind }: PureKind): z.ZodObject =>
  schema.extend(Object.fromEntries(leftOf(schema).map(left => [left.name, kind.api.schemas[left.schema]])));

/** Undefined: the default kind. */
async function providerOf({ services, caller, params, body }: Received): Promise<string | undefined> {
  const { connectionId } = params as { connectionId?: string };
  if (caller && connectionId !== undefined)
    return (await services.connections.get(caller.workspaceId, connectionId)).provider;
  const { provider } = (body ?? {}) as { provider?: unknown };
  return typeof provider === 'string' ? provider : undefined;
}

/** What to do about a body that its kind refuses. Without a name the default kind has judged it. */
export const fixOf = ({ ids }: PureKinds, provider: string | undefined): string =>
  provider !== undefined || ids.length === 1
    ? CORRECT
    : `Correct the fields that are named, or name the storage kind as provider: ${ids.join(', ')}. The default is ${ids[0]}.`;
