import {
  type AsyncBuffer,
  type FileMetaData,
  parquetMetadataAsync,
  parquetRead,
  parquetSchema,
} from 'hyparquet';
import { compressors } from 'hyparquet-compressors';
import type { JsonValue } from './item.ts';
import {
  MOST_COLUMNS,
  MOST_GROUP_BYTES,
  MOST_GROUP_ROWS,
  MOST_GROUPS,
  MOST_PARQUET_STREAM_BYTES,
} from './limits.ts';
import { ManifestError } from './manifest-error.ts';

export const isParquet = (head: Uint8Array): boolean =>
  head[0] === 0x50 && head[1] === 0x41 && head[2] === 0x52 && head[3] === 0x31; // PAR1

export interface ParquetTable {
  headings: string[];
  /** The cells of each row, group after group, and how many bytes of the file are read. */
  groups(): AsyncGenerator<{ rows: JsonValue[][]; bytesRead: number }>;
}

/** Reads a file in ranges, or keeps a stream, because Parquet begins with its end. @throws ManifestError */
export async function openParquet(input: unknown, chunks: AsyncIterable<Uint8Array>): Promise<ParquetTable> {
  const file =
    input instanceof Blob && (await isPlain(input)) ? bufferOfFile(input) : await bufferOfStream(chunks);
  const metadata = await parquetMetadataAsync(file).catch(broken);
  const headings = parquetSchema(metadata).children.map(({ element }) => element.name);
  checkDeclared(metadata, headings);
  async function* groups() {
    let rowStart = 0;
    let bytesRead = 0;
    for (const { num_rows, columns } of metadata.row_groups) {
      const rowEnd = rowStart + Number(num_rows);
      let rows: Record<string, unknown>[] = [];
      const onComplete = (found: Record<string, unknown>[]) => {
        rows = found;
      };
      await parquetRead({
        file,
        metadata,
        rowStart,
        rowEnd,
        rowFormat: 'object',
        compressors,
        onComplete,
      }).catch(broken);
      for (const { meta_data: facts } of columns) bytesRead += Number(facts?.total_compressed_size ?? 0);
      yield { rows: rows.map(row => headings.map(name => toJson(row[name], 0))), bytesRead };
      rowStart = rowEnd;
    }
  }
  return { headings, groups };
}

/** A file that is compressed as a whole has no ranges to read. */
const isPlain = async (file: Blob): Promise<boolean> =>
  isParquet(new Uint8Array(await file.slice(0, 4).arrayBuffer()));

const bufferOfFile = (file: Blob): AsyncBuffer => ({
  byteLength: file.size,
  slice: (start, end) => file.slice(start, end).arrayBuffer(),
});

async function bufferOfStream(chunks: AsyncIterable<Uint8Array>): Promise<AsyncBuffer> {
  const parts: Uint8Array<ArrayBuffer>[] = [];
  let length = 0;
  for await (const chunk of chunks) {
    length += chunk.length;
    if (length > MOST_PARQUET_STREAM_BYTES)
      throw new ManifestError(
        'too_large',
        `A stream of Parquet has more than ${MOST_PARQUET_STREAM_BYTES} bytes. The list of its rows is at its end, so a stream is kept whole.`,
        { fix: 'Give it as a file rather than a stream, or write it as CSV or JSON lines.' },
      );
    parts.push(new Uint8Array(chunk));
  }
  return bufferOfFile(new Blob(parts));
}

function broken(cause: unknown): never {
  const message = cause instanceof Error ? cause.message : String(cause);
  throw new ManifestError('format_broken', `The file cannot be read as Parquet: ${message.slice(0, 200)}`, {
    fix: 'Check that the file is whole, or write it anew with another compression, or as CSV.',
    cause,
  });
}

/** A few bytes can say that there are millions of values; a group is decoded as a whole. */
function checkDeclared({ row_groups: groups }: FileMetaData, headings: string[]): void {
  const refuse = (message: string): never => {
    throw new ManifestError('too_large', message, {
      fix: 'Write it with smaller row groups, or as CSV or JSON lines.',
    });
  };
  if (headings.length > MOST_COLUMNS)
    refuse(`The table has ${headings.length} columns. Expected at most ${MOST_COLUMNS}.`);
  if (groups.length > MOST_GROUPS)
    refuse(`It has ${groups.length} row groups. Expected at most ${MOST_GROUPS}.`);
  for (const { num_rows: rows, columns } of groups) {
    if (rows < 0n || rows > MOST_GROUP_ROWS)
      refuse(`A row group has ${rows} rows. Expected at most ${MOST_GROUP_ROWS}.`);
    let bytes = 0n;
    let values = 0n;
    for (const { meta_data: facts } of columns) {
      bytes += facts?.total_uncompressed_size ?? 0n;
      values += facts?.num_values ?? 0n;
    }
    if (bytes > MOST_GROUP_BYTES)
      refuse(`A row group has ${bytes} bytes. Expected at most ${MOST_GROUP_BYTES}.`);
    if (values > MOST_GROUP_VALUES)
      refuse(`A row group has ${values} values. Expected at most ${MOST_GROUP_VALUES}.`);
  }
}

const MOST_GROUP_VALUES = 10_000_000n;
const MOST_NESTING = 8;

/** A value of Parquet as JSON has it: whole numbers that are exact, dates in ISO 8601; bytes are left out. */
function toJson(value: unknown, depth: number): JsonValue {
  if (value === undefined || value === null || depth > MOST_NESTING) return null;
  if (typeof value === 'bigint') {
    const number = Number(value);
    return Number.isSafeInteger(number) ? number : String(value);
  }
  if (typeof value === 'number') return Number.isFinite(value) ? value : null;
  if (typeof value === 'string' || typeof value === 'boolean') return value;
  if (value instanceof Date) return Number.isNaN(value.getTime()) ? null : value.toISOString();
  if (value instanceof Uint8Array) return null;
  if (ArrayBuffer.isView(value)) return Array.from(value as Float64Array, one => toJson(one, depth + 1));
  if (Array.isArray(value)) return value.map(one => toJson(one, depth + 1));
  return Object.fromEntries(Object.entries(value).map(([key, one]) => [key, toJson(one, depth + 1)]));
}
