import type { Connection, ConnectionCreate, CredentialInput, StorageLocation } from '@mooring/contract';
import { client } from '@/api/client.ts';
import { kindOf } from '@/storage-kind.ts';
import { isStoredCredential, readCredential } from '../credential/draft.ts';
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

function toInput({ provider, credential }: Draft, location: StorageLocation): CredentialInput | null {
  const context = { now: new Date(), location, accessMode: 'server' } as const;
  const read = readCredential(kindOf(provider), credential, context);
  return read.ok ? read.value : null;
}

/** What Continue needs: a credential that is whole, or one that is stored. */
export const isAuthorised = (draft: Draft, location: StorageLocation, made: Connection | null): boolean =>
  (made !== null && isStored(draft, made)) || toInput(draft, location) !== null;

/**
 * Makes the connection of a draft, or brings the one that was made from it in line. A connection keeps its
 * location: where that was changed, another one takes its place.
 * @param made the one that was made from it before, at any place
 * @throws MooringApiError as the API's routes do
 */
export async function saveConnection(
  draft: Draft,
  location: StorageLocation,
  made: Connection | null,
): Promise<Connection> {
  const name = nameOf(draft, location);
  const { renditionPrefix } = draft.grants;
  const credential = toInput(draft, location);
  const same = madeAtThisPlace(made, draft, location);
  if (same) {
    const changes = {
      ...(name !== same.name && { name }),
      ...(renditionPrefix !== (same.renditionPrefix ?? '') && { renditionPrefix: renditionPrefix || null }),
    };
    const updated = Object.keys(changes).length === 0 ? same : await updateConnection(same, changes);
    if (!credential || isStored(draft, same)) return updated;
    // Whether it works is for the checks of a later step to say.
    const body = { credential, acceptLess: true };
    return client.call('replaceCredential', { params: { connectionId: same.id }, body });
  }
  return replaceConnection(made, {
    name,
    provider: draft.provider,
    location: kindOf(draft.provider).location.toParts(location),
    credential: requireCredential(credential),
    ...(renditionPrefix && { renditionPrefix }),
  });
}

async function replaceConnection(old: Connection | null, body: ConnectionCreate): Promise<Connection> {
  const connection = await client.call('createConnection', { body });
  if (old) await client.call('deleteConnection', { params: { connectionId: old.id } });
  return connection;
}

function requireCredential(credential: CredentialInput | null): CredentialInput {
  if (credential) return credential;
  throw new Error('The credential is missing: enter it again.');
}
