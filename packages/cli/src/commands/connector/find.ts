import type { Connector } from '@mooring/contract';
import type { MooringClient } from '@mooring/sdk';
import { NotFound } from '../../failure.ts';

/** The connector with this id or name. */
export async function findConnector(client: MooringClient, idOrName: string): Promise<Connector> {
  if (/^cnr_\w{20}$/.test(idOrName))
    return client.call('getConnector', { params: { connectorId: idOrName } });
  for await (const connector of client.pages('listConnectors'))
    if (connector.name === idOrName) return connector;
  throw new NotFound(
    `There is no connector with the id or name ${JSON.stringify(idOrName)}.`,
    'Run `mooring connector list` to see which there are.',
  );
}
