import type { Dataset } from '@mooring/contract';
import type { MooringClient } from '@mooring/sdk';
import { InvalidArgumentError } from 'commander';
import { NotFound } from '../../failure.ts';

/** The dataset with this id or name. */
export async function findDataset(client: MooringClient, idOrName: string): Promise<Dataset> {
  if (/^ds_\w{20}$/.test(idOrName)) return client.call('getDataset', { params: { datasetId: idOrName } });
  for await (const dataset of client.pages('listDatasets')) if (dataset.name === idOrName) return dataset;
  throw new NotFound(
    `There is no dataset with the id or name ${JSON.stringify(idOrName)}.`,
    'Run `mooring dataset list` to see which there are.',
  );
}

/** The dataset, and one of its versions: the one that is named, or the newest. */
export async function findVersion(
  client: MooringClient,
  idOrName: string,
  version: number | undefined,
): Promise<{ datasetId: string; version: number }> {
  const { id, name, latest } = await findDataset(client, idOrName);
  const found = version ?? latest?.version;
  if (found !== undefined) return { datasetId: id, version: found };
  throw new NotFound(
    `The dataset ${name} has no version yet.`,
    `Run \`mooring dataset version ${id}\` to make one.`,
  );
}

/** The number of a version, as an option has it. */
export function toVersion(text: string): number {
  const version = Number(text);
  if (text !== '' && Number.isSafeInteger(version) && version >= 0) return version;
  throw new InvalidArgumentError('Expected the number of a version.');
}
