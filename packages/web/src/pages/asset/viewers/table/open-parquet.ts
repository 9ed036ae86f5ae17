import type { Asset } from '@mooring/contract';
import { type AsyncBuffer, parquetMetadataAsync, parquetRead, parquetSchema } from 'hyparquet';
import { compressors } from 'hyparquet-compressors';
import { assetSource } from '@/delivery/asset-source.ts';
import { empty, notViewed, tooLarge } from '@/delivery/not-loaded.ts';
import { cellText, MOST_COLUMNS, type Table } from './table.ts';

/** What one look at the table may read. Rows stand in groups, and most files can only be read group by group. */
const MOST_LOOK_BYTES = 256 * 2 ** 20;

/**
 * A Parquet file: its footer, then what holds the rows in view.
 * @throws NotLoaded
 */
export async function openParquet(asset: Asset, signal: AbortSignal): Promise<Table> {
  if (asset.sizeBytes === 0) throw empty();
  const source = assetSource(asset);
  /** The file, for one look at it. */
  const look = (): AsyncBuffer => {
    let lookBytes = 0;
    return {
      byteLength: asset.sizeBytes,
      async slice(start, end = asset.sizeBytes) {
        lookBytes += end - start;
        if (lookBytes > MOST_LOOK_BYTES) throw tooLarge(lookBytes, MOST_LOOK_BYTES);
        return (await source.read(start, end - start, signal)).buffer;
      },
    };
  };
  const metadata = await parquetMetadataAsync(look()).catch(damaged);
  const names = parquetSchema(metadata).children.map(({ element }) => element.name);
  const columns = names.slice(0, MOST_COLUMNS);
  return {
    columns,
    allColumns: names.length,
    rows: Number(metadata.num_rows),
    rest: 'none',
    async cells(rowStart, rowEnd) {
      let cells: string[][] = [];
      await parquetRead({
        file: look(),
        metadata,
        columns,
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
