import { text } from 'node:stream/consumers';
import type { Reading } from '@mooring/storage';
import type { Cell, InventoryRow, Reader, StorageObject } from '@mooring/storage/server';
import { parse } from 'csv-parse';
import { type AsyncBuffer, parquetMetadataAsync, parquetReadObjects, parquetSchema } from 'hyparquet';
import { type RunningKind, refusalError } from '../../platform/kinds.ts';
import { MooringError } from '../../platform/problem.ts';

const MANIFEST_BYTES = 10_000_000;
const ROWS_AT_ONCE = 20_000;
const UNSPOILT = 'Choose a report that is finished and that has not been changed since.';

/** Where a report is: one file of it, or its manifest. */
export interface ReportPlace {
  container: string;
  key: string;
}

/** The files of a report, and the names of their columns where the files have no header of their own. */
interface ReportFiles {
  keys: string[];
  columns: readonly string[] | null;
}

interface RowsOptions {
  columns: ReportFiles['columns'];
  /** Rows that were read before. */
  skip: number;
  signal: AbortSignal;
}

/**
 * Reads the inventory reports of a storage kind.
 * @throws MooringError `invalid_request` where the kind has none
 */
export function createReports(kind: RunningKind, reader: Reader) {
  const { inventories } = kind;
  const { inventory, words } = kind.kind;
  if (!inventories || !inventory) {
    throw new MooringError('invalid_request', `Mooring reads no inventory reports of ${words.service}.`, {
      fix: 'Sync the source.',
    });
  }
  const must = <T>(reading: Reading<T>): T => {
    if (reading.ok) return reading.value;
    throw refusalError(kind, reading, null);
  };
  const columnsOf = (names: readonly string[]) => must(inventories.columns(names));

  return {
    /**
     * The files of a report, in order: of a manifest those that it names, otherwise the file itself.
     * @throws MooringError `invalid_request` where it is no manifest of a finished report; ProviderError
     */
    async files(place: ReportPlace, signal: AbortSignal): Promise<ReportFiles> {
      if (!place.key.endsWith('.json')) return { keys: [place.key], columns: null };
      const { body, totalBytes } = await reader.readRange(place.container, place.key, { signal });
      if (totalBytes > MANIFEST_BYTES) {
        body.destroy();
        const size = `it has ${totalBytes.toLocaleString('en')} bytes`;
        throw new MooringError(
          'invalid_request',
          `This is not a manifest of a finished ${inventory.name}: ${size}.`,
          {
            fix: inventory.manifest.hint ?? UNSPOILT,
          },
        );
      }
      return must(inventories.files(parseJson(await text(body))));
    },

    /** The rows of one file in batches. @throws MooringError `invalid_request`; ProviderError */
    rows(place: ReportPlace, options: RowsOptions): AsyncGenerator<InventoryRow[]> {
      if (/\.parquet$/i.test(place.key)) return readParquet(reader, place, columnsOf, options);
      if (/\.csv$/i.test(place.key)) return readCsv(reader, place, columnsOf, options);
      const message = `${place.key} ends neither in .csv nor in .parquet nor in .json.`;
      throw new MooringError('invalid_request', message, {
        fix: `Give the key of the manifest of a ${inventory.name}, or of one of its files.`,
      });
    },

    /** The object that a row stands for; null for none of the container. @throws MooringError `invalid_request` */
    object: (row: InventoryRow, container: string): StorageObject | null =>
      must(inventories.object(row, container)),
  };
}

type ColumnsOf = (names: readonly string[]) => ReadonlyMap<string, string>;

async function* readCsv(
  reader: Reader,
  { container, key }: ReportPlace,
  columnsOf: ColumnsOf,
  { columns: names, skip, signal }: RowsOptions,
): AsyncGenerator<InventoryRow[]> {
  const placesOf = (header: readonly string[]) =>
    [...columnsOf(header)].map(([field, name]) => [field, header.indexOf(name)] as const);
  let places = names && placesOf(names);
  const { body } = await reader.readRange(container, key, { signal });
  const parser = parse({ bom: true, relax_column_count: true });
  body.on('error', error => parser.destroy(error));
  body.pipe(parser);
  let rows: InventoryRow[] = [];
  let seen = 0;
  try {
    for await (const cells of parser as AsyncIterable<string[]>) {
      if (places === null) {
        places = placesOf(cells);
        continue;
      }
      if (seen++ < skip) continue;
      rows.push(Object.fromEntries(places.map(([field, index]) => [field, cells[index]])));
      if (rows.length < ROWS_AT_ONCE) continue;
      yield rows;
      rows = [];
    }
    if (rows.length > 0) yield rows;
  } finally {
    body.destroy();
  }
}

async function* readParquet(
  reader: Reader,
  place: ReportPlace,
  columnsOf: ColumnsOf,
  { skip, signal }: RowsOptions,
): AsyncGenerator<InventoryRow[]> {
  const file = await openParquet(reader, place, signal);
  const metadata = await parquetMetadataAsync(file).catch(error => {
    signal.throwIfAborted();
    throw new MooringError('invalid_request', `${place.key} is not a Parquet file: ${error.message}.`, {
      fix: UNSPOILT,
    });
  });
  const columns = columnsOf(parquetSchema(metadata).children.map(({ element }) => element.name));
  const total = Number(metadata.num_rows);
  for (let rowStart = skip; rowStart < total; rowStart += ROWS_AT_ONCE) {
    const rowEnd = Math.min(total, rowStart + ROWS_AT_ONCE);
    const names = [...columns.values()];
    const rows = await parquetReadObjects({ file, metadata, columns: names, rowStart, rowEnd });
    yield rows.map(row =>
      Object.fromEntries([...columns].map(([field, name]) => [field, row[name] as Cell])),
    );
  }
}

/** Reads parts of the file as they are asked for. */
async function openParquet(
  reader: Reader,
  { container, key }: ReportPlace,
  signal: AbortSignal,
): Promise<AsyncBuffer> {
  const { sizeBytes, etag } = await reader.head(container, key, signal);
  return {
    byteLength: sizeBytes,
    async slice(start, end = sizeBytes) {
      const range = { start, end: Math.min(end, sizeBytes) - 1 };
      const { body } = await reader.readRange(container, key, { range, ifMatch: etag, signal });
      const parts: Buffer[] = await Array.fromAsync(body);
      return new Uint8Array(Buffer.concat(parts)).buffer;
    },
  };
}

function parseJson(json: string): unknown {
  try {
    return JSON.parse(json);
  } catch {
    return null; // judged by the kind
  }
}
