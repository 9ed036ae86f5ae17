import type { Connection, Source } from '@mooring/contract';
import type { MooringClient } from '@mooring/sdk';
import { NotFound, UsageError } from './failure.ts';

/** The connection with this id or name. */
export async function findConnection(client: MooringClient, idOrName: string): Promise<Connection> {
  if (/^con_\w{20}$/.test(idOrName)) {
    return client.call('getConnection', { params: { connectionId: idOrName } });
  }
  const all = await Array.fromAsync(client.pages('listConnections'));
  const named = all.filter(({ name }) => name === idOrName);
  if (named.length === 1) return named[0]!;
  if (named.length > 1) {
    throw new UsageError(
      `There are ${named.length} connections with the name ${JSON.stringify(idOrName)}.`,
      `Give the id instead: ${named.map(({ id }) => id).join(', ')}.`,
    );
  }
  throw new NotFound(
    `There is no connection with the id or name ${JSON.stringify(idOrName)}.`,
    'Run `mooring connection list` to see which there are.',
  );
}

/** The source with this id, or every source of the connection with this id or name. */
export async function findSources(client: MooringClient, idOrName: string): Promise<Source[]> {
  if (/^src_\w{20}$/.test(idOrName)) {
    return [await client.call('getSource', { params: { sourceId: idOrName } })];
  }
  const connection = await findConnection(client, idOrName);
  return Array.fromAsync(client.pages('listSources', { query: { connectionId: connection.id } }));
}
