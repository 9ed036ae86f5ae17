import type {
  AzureLocation,
  Connection,
  ConnectionCreate,
  Credential,
  CredentialInput,
} from '@mooring/contract';
import { client } from '@/api/client.ts';
import { toCredentialInput } from '../credential/draft.ts';
import { updateConnection } from '../update-connection.ts';
import { type Draft, nameOf } from './draft.ts';

const isSameLocation = (a: AzureLocation, b: AzureLocation): boolean =>
  a.endpoint === b.endpoint && a.container === b.container && a.prefix === b.prefix;

/** The connection that was made from a draft, as long as it is at the place that the draft names. */
export const madeAtThisPlace = (connection: Connection | null, location: AzureLocation): Connection | null =>
  connection && isSameLocation(connection.location, location) ? connection : null;

/** Whether what is typed is the credential that is stored already: the same kind and ids, and no secret typed anew. */
export function isStoredCredential({ credential: draft }: Draft, stored: Credential): boolean {
  if (draft.kind !== stored.kind) return false;
  const secrets = [draft.clientSecret, draft.certificatePem, draft.sasToken, draft.deliverySasToken];
  if (secrets.some(secret => secret.trim() !== '')) return false;
  const same = (typed: string, id: string | null) => typed.trim() === (id ?? '');
  switch (stored.kind) {
    case 'azure-sas':
      return draft.wantsDelivery === (stored.deliverySas !== null);
    case 'azure-mooring-app':
      return same(draft.tenantId, stored.tenantId);
    case 'azure-managed-identity':
      return same(draft.identityClientId, stored.clientId);
    case 'azure-cli':
      return same(draft.tenantId, stored.tenantId);
    default:
      return same(draft.tenantId, stored.tenantId) && same(draft.clientId, stored.clientId);
  }
}

/** What Continue needs: a credential that is whole, or one that is stored. */
export const isAuthorised = (draft: Draft, location: AzureLocation, made: Connection | null): boolean =>
  (made !== null && isStoredCredential(draft, made.credential)) ||
  toCredentialInput(draft.credential, new Date(), location) !== null;

/**
 * Makes the connection of a draft, or brings the one that was made from it in line. A connection keeps its
 * location: where that was changed, another one takes its place.
 * @param made the one that was made from it before, wherever
 * @throws MooringApiError as the API's routes do
 */
export async function saveConnection(
  draft: Draft,
  location: AzureLocation,
  made: Connection | null,
): Promise<Connection> {
  const name = nameOf(draft, location);
  const { renditionPrefix } = draft.grants;
  const credential = toCredentialInput(draft.credential, new Date(), location);
  const same = madeAtThisPlace(made, location);
  if (same) {
    const changes = {
      ...(name !== same.name && { name }),
      ...(renditionPrefix !== (same.renditionPrefix ?? '') && { renditionPrefix: renditionPrefix || null }),
    };
    const updated = Object.keys(changes).length === 0 ? same : await updateConnection(same, changes);
    if (!credential || isStoredCredential(draft, same.credential)) return updated;
    // Whether it works is for the checks of a later step to say.
    const body = { credential, acceptLess: true };
    return client.call('replaceCredential', { params: { connectionId: same.id }, body });
  }
  return replaceConnection(made, {
    name,
    location,
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
