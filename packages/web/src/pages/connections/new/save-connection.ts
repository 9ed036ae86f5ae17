import type { Connection, ConnectionCreate, CredentialInput, StorageLocation } from '@mooring/contract';
import { client } from '@/api/client.ts';
import { kindOf } from '@/storage-kind.ts';
import { isStoredCredential, readChange, readCredential } from '../credential/draft.ts';
import { updateConnection } from '../update-connection.ts';
import { type Draft, nameOf } from './draft.ts';

/** The connection that was made from a draft, as long as it is at the place that the draft names. */
export function madeAtThisPlace(
  connection: Connection | null,
  { provider }: Pick<Draft, 'provider'>,
  location: StorageLocation,
): Connection | null {
  if (connection?.provider !== provider) return null;
  const { place } = kindOf(provider).location;
  const { location: made } = connection;
  return place(made) === place(location) &&
    made.container === location.container &&
    made.prefix === location.prefix
    ? connection
    : null;
}

const isStored = ({ provider, credential }: Draft, made: Connection): boolean =>
  isStoredCredential(kindOf(provider), credential, made.credential);

const contextAt = (location: StorageLocation) =>
  ({ now: new Date(), location, accessMode: 'server' }) as const;

/** A credential that is whole by itself. */
function toInput({ provider, credential }: Draft, location: StorageLocation): CredentialInput | null {
  const read = readCredential(kindOf(provider), credential, contextAt(location));
  return read.ok ? read.value : null;
}

/** A credential that is whole, or becomes so with the secrets that are stored. */
function toChange(draft: Draft, location: StorageLocation, made: Connection): CredentialInput | null {
  const { provider, credential } = draft;
  const read = readChange(kindOf(provider), credential, made.credential, contextAt(location));
  return read.ok ? read.value : null;
}

/** The connection that was made from a draft, as long as it is of the same kind: its secrets can serve. */
export const madeOfThisKind = (made: Connection | null, { provider }: Pick<Draft, 'provider'>) =>
  made?.provider === provider ? made : null;

/** What Continue needs: a credential that is whole, or one that is stored. */
export function isAuthorised(draft: Draft, location: StorageLocation, made: Connection | null): boolean {
  const own = madeOfThisKind(made, draft);
  return own
    ? isStored(draft, own) || toChange(draft, location, own) !== null
    : toInput(draft, location) !== null;
}

/**
 * Makes the connection of a draft, or brings the one that was made from it in line. A set-up has one connection: where
 * it cannot be moved, the new one takes its place. One that has sources by now is in use, and stays.
 * @param made the one that was made from it before, at any place
 * @throws MooringApiError as the API's routes do
 */
export async function saveConnection(
  draft: Draft,
  location: StorageLocation,
  made: Connection | null,
): Promise<Connection> {
  const own = madeOfThisKind(made, draft);
  const isHere = madeAtThisPlace(made, draft, location) !== null;
  const whole = toInput(draft, location);
  if (!own || (!isHere && whole && !isStored(draft, own)))
    return replaceConnection(made, draft, location, whole);
  const moved = isHere ? own : await move(own, draft, location);
  const named = await rename(moved, draft, location);
  const credential = toChange(draft, location, own);
  if (!credential || isStored(draft, named)) return named;
  // Whether it works is for the checks to say.
  const body = { credential, acceptLess: true };
  return client.call('replaceCredential', { params: { connectionId: named.id }, body });
}

const move = ({ id }: Connection, draft: Draft, location: StorageLocation): Promise<Connection> =>
  client.call('moveConnection', {
    params: { connectionId: id },
    body: { location: kindOf(draft.provider).location.toParts(location) },
  });

async function rename(made: Connection, draft: Draft, location: StorageLocation): Promise<Connection> {
  const name = nameOf(draft, location);
  const { renditionPrefix } = draft.grants;
  const changes = {
    ...(name !== made.name && { name }),
    ...(renditionPrefix !== (made.renditionPrefix ?? '') && { renditionPrefix: renditionPrefix || null }),
  };
  return Object.keys(changes).length === 0 ? made : updateConnection(made, changes);
}

async function replaceConnection(
  old: Connection | null,
  draft: Draft,
  location: StorageLocation,
  credential: CredentialInput | null,
): Promise<Connection> {
  const { renditionPrefix } = draft.grants;
  const body: ConnectionCreate = {
    name: nameOf(draft, location),
    provider: draft.provider,
    location: kindOf(draft.provider).location.toParts(location),
    credential: requireCredential(credential),
    ...(renditionPrefix && { renditionPrefix }),
  };
  const isInUse = old !== null && (await hasSources(old));
  const connection = await client.call('createConnection', { body });
  if (old && !isInUse) await client.call('deleteConnection', { params: { connectionId: old.id } });
  return connection;
}

async function hasSources({ id: connectionId }: Connection): Promise<boolean> {
  const { items } = await client.call('listSources', { query: { connectionId, limit: 1 } });
  return items.length > 0;
}

function requireCredential(credential: CredentialInput | null): CredentialInput {
  if (credential) return credential;
  throw new Error('The credential is missing: enter it again.');
}
