import type { AzureLocation, Connection, CredentialInput } from '@mooring/contract';
import { client } from '@/api/client.ts';
import { updateConnection } from '../update-connection.ts';
import { type Draft, nameOf } from './draft.ts';

const isSameLocation = (a: AzureLocation, b: AzureLocation): boolean =>
  a.endpoint === b.endpoint && a.container === b.container && a.prefix === b.prefix;

/**
 * Makes the connection of a draft, or brings the one that was made from it in line. A connection keeps its
 * location: where that was changed, another one takes its place.
 * @throws MooringApiError as the API's routes do
 */
export async function saveConnection(
  draft: Draft,
  location: AzureLocation,
  credential: CredentialInput | null,
): Promise<Connection> {
  const name = nameOf(draft, location);
  const { connectionId, madeAt } = draft;
  if (connectionId && madeAt && isSameLocation(madeAt, location)) {
    const made = await client.call('getConnection', { params: { connectionId } });
    return updateConnection(made, { name, ...(credential && { credential }) });
  }
  if (!credential) throw new Error('The credential is missing: enter it again.');
  const connection = await client.call('createConnection', { body: { name, location, credential } });
  if (connectionId) await client.call('deleteConnection', { params: { connectionId } });
  return connection;
}
