import type { Asset } from '@mooring/contract';
import { type AsyncBuffer, parquetMetadataAsync, parquetRead, parquetSchema } from 'hyparquet';
import { compressors } from 'hyparquet-compressors';
import { assetSource } from '@/delivery/asset-source.ts';
import { empty, notViewed, tooLarge } from '@/delivery/not-loaded.ts';
import { cellText, type Table } from './table.ts';

/** What one look at the table may read. Rows stand in groups, and most files can only be read group by group. */
const MOST_GROUP_BYTES = 256 * 2 ** 20;

/**
 * A Parquet file: its footer, then what holds the rows in view.
 * @throws NotLoaded
 */
export async function openParquet(asset: Asset, signal: AbortSignal): Promise<Table> {
  if (asset.sizeBytes === 0) throw empty();
  const source = assetSource(asset);
  const file: AsyncBuffer = {
    byteLength: asset.sizeBytes,
    slice: async (start, end = asset.sizeBytes) => {
      if (end - start > MOST_GROUP_BYTES) throw tooLarge(end - start, MOST_GROUP_BYTES);
      const bytes = await source.read(start, end - start, signal);
      return bytes.slice().buffer;
    },
  };
  const metadata = await parquetMetadataAsync(file).catch(damaged);
  const columns = parquetSchema(metadata).children.map(({ element }) => element.name);
  return {
    columns,
    rows: Number(metadata.num_rows),
    rest: 'none',
    async cells(rowStart, rowEnd) {
      let cells: string[][] = [];
      await parquetRead({
        file,
        metadata,
        compressors,
        rowStart,
        rowEnd,
        useOffsetIndex: true,
        onComplete: rows => {
          cells = rows.map(row => row.map(cellText));
        },
      }).catch(damaged);
      return cells;
    },
    readOn: async () => {},
  };

  function damaged(error: unknown): never {
    signal.throwIfAborted();
    if (error instanceof Error && error.name === 'NotLoaded') throw error;
    throw notViewed(`The Parquet file cannot be read: ${error instanceof Error ? error.message : error}`);
  }
}
