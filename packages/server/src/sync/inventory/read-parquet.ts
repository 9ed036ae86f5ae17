import {
  type AsyncBuffer,
  type FileMetaData,
  parquetMetadataAsync,
  parquetRead,
  parquetSchema,
} from 'hyparquet';
import type { ReportFile, ReportRow } from './report-file.ts';

/** What a file may declare of one row group, which is decoded as a whole. */
const MOST_ROWS = 5_000_000n;
const MOST_DECODED_BYTES = 1024n ** 3n;
const MOST_GROUPS = 100_000;

/** The rows of a file in Parquet, one row group after the other, each decoded once. */
export async function* readParquet({
  sizeBytes,
  skip,
  readBytes,
  fieldsOf,
}: ReportFile): AsyncGenerator<ReportRow> {
  const file: AsyncBuffer = {
    byteLength: sizeBytes,
    slice: async (start, end = sizeBytes) =>
      new Uint8Array(await readBytes(start, Math.min(end, sizeBytes))).buffer,
  };
  const metadata = await parquetMetadataAsync(file).catch((error: Error) => {
    throw new Error(`it is not a Parquet file: ${error.message}`);
  });
  const fields = await fieldsOf(parquetSchema(metadata).children.map(({ element }) => element.name));
  checkDeclared(metadata);
  const columns = fields.map(([, name]) => name);
  let rowStart = 0;
  for (const { num_rows } of metadata.row_groups) {
    const rowEnd = rowStart + Number(num_rows);
    if (rowEnd > skip) {
      const rows = await readGroup(file, metadata, columns, rowStart, rowEnd);
      for (const row of rows.slice(Math.max(0, skip - rowStart)))
        yield fields.map(([field, name]) => [field, row[name]]);
    }
    rowStart = rowEnd;
  }
}

type Row = Record<string, unknown>;

async function readGroup(
  file: AsyncBuffer,
  metadata: FileMetaData,
  columns: string[],
  rowStart: number,
  rowEnd: number,
): Promise<Row[]> {
  let rows: Row[] = [];
  const onComplete = (found: Row[]) => {
    rows = found;
  };
  await parquetRead({ file, metadata, columns, rowStart, rowEnd, rowFormat: 'object', onComplete });
  return rows;
}

/** Sizes are believed only where they can be: a few bytes can say that there are millions of values. */
function checkDeclared({ row_groups: groups }: FileMetaData): void {
  if (groups.length > MOST_GROUPS) throw new Error(`it has ${groups.length} row groups`);
  for (const { num_rows: rows, columns } of groups) {
    if (rows < 0n || rows > MOST_ROWS)
      throw new Error(`a row group has ${rows} rows; Mooring reads at most ${MOST_ROWS}`);
    let decoded = 0n;
    for (const { meta_data: facts } of columns) {
      if (facts && facts.num_values !== rows)
        throw new Error(`a column of a row group of ${rows} rows has ${facts.num_values} values`);
      decoded += facts?.total_uncompressed_size ?? 0n;
    }
    if (decoded > MOST_DECODED_BYTES) throw new Error(`a row group takes ${decoded} bytes`);
  }
}
