import { COLUMNS } from '../columns.ts';
import type { ExportedAsset, WriteExport } from '../format.ts';

/** One object a line, with the names of the columns of tables; client metadata is an object in it. */
export const writeJsonLines: WriteExport = async function* (read) {
  for await (const assets of read()) yield assets.map(asset => `${JSON.stringify(lineOf(asset))}\n`).join('');
};

const lineOf = (asset: ExportedAsset): object => ({
  ...Object.fromEntries(COLUMNS.map(({ name, of }) => [name, of(asset)])),
  clientMetadata: asset.clientMetadata,
});
