import { text } from 'node:stream/consumers';
import type { Reader } from '@mooring/storage/server';
import { parse } from 'csv-parse';
import { type AsyncBuffer, parquetMetadataAsync, parquetReadObjects, parquetSchema } from 'hyparquet';
import { z } from 'zod';
import { MooringError } from '../../platform/problem.ts';
import { type Cell, columnsOf, type Row } from './rows.ts';

const MANIFEST_BYTES = 10_000_000;
const ROWS_AT_ONCE = 20_000;

const manifest = z.looseObject({
  destinationContainer: z.string().optional(),
  status: z.string().optional(),
  inventoryCompletionTime: z.string().optional(),
  files: z.array(z.looseObject({ blob: z.string() })),
});

/** Where a report is: one file of it, or its manifest. */
export interface ReportPlace {
  container: string;
  key: string;
}

/**
 * The files of a report, in order: of a manifest those that it names, otherwise the file itself.
 * @throws MooringError `invalid_request` where it is no manifest of a finished report; ProviderError
 */
export async function reportFiles(
  reader: Reader,
  place: ReportPlace,
  signal: AbortSignal,
): Promise<string[]> {
  if (!place.key.endsWith('.json')) return [place.key];
  const { body, totalBytes } = await reader.readRange(place.container, place.key, { signal });
  if (totalBytes > MANIFEST_BYTES) {
    body.destroy();
    throw notManifest(`it has ${totalBytes.toLocaleString('en')} bytes`);
  }
  const parsed = manifest.safeParse(parseJson(await text(body)));
  if (!parsed.success) throw notManifest('it has no list of files');
  const { status, files } = parsed.data;
  if (status !== undefined && status !== 'Succeeded') throw notManifest(`its status is ${status}`);
  if (files.length === 0) throw notManifest('it names no file');
  return files.map(file => file.blob);
}

/** The rows of one file, from row `skip` on, in batches. @throws MooringError `invalid_request`; ProviderError */
export function readReport(
  reader: Reader,
  place: ReportPlace,
  { skip, signal }: { skip: number; signal: AbortSignal },
): AsyncGenerator<Row[]> {
  if (/\.parquet$/i.test(place.key)) return readParquet(reader, place, skip, signal);
  if (/\.csv$/i.test(place.key)) return readCsv(reader, place, skip, signal);
  throw new MooringError(
    'invalid_request',
    `${place.key} ends neither in .csv nor in .parquet nor in .json.`,
    {
      fix: 'Give the key of the manifest of a blob inventory report, or of one of its files.',
    },
  );
}

async function* readCsv(
  reader: Reader,
  { container, key }: ReportPlace,
  skip: number,
  signal: AbortSignal,
): AsyncGenerator<Row[]> {
  const { body } = await reader.readRange(container, key, { signal });
  let columns: [string, number][] | null = null;
  const parser = parse({ bom: true, relax_column_count: true });
  body.on('error', error => parser.destroy(error));
  body.pipe(parser);
  let rows: Row[] = [];
  let seen = 0;
  try {
    for await (const cells of parser as AsyncIterable<string[]>) {
      if (columns === null) {
        columns = [...columnsOf(cells)].map(([field, name]) => [field, cells.indexOf(name)]);
        continue;
      }
      if (seen++ < skip) continue;
      rows.push(Object.fromEntries(columns.map(([field, index]) => [field, cells[index]])));
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
  skip: number,
  signal: AbortSignal,
): AsyncGenerator<Row[]> {
  const file = await openParquet(reader, place, signal);
  const metadata = await parquetMetadataAsync(file).catch(error => {
    signal.throwIfAborted();
    throw new MooringError('invalid_request', `${place.key} is no Parquet file: ${error.message}.`, {
      fix: 'Choose a report that Azure has finished, and that nothing has changed.',
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
    return null; // judged by the schema
  }
}

const notManifest = (why: string): MooringError =>
  new MooringError('invalid_request', `This is no manifest of a finished blob inventory report: ${why}.`, {
    fix: 'Give the key of the file RULE-manifest.json in the folder of a report whose status is Succeeded.',
  });
