import { ByteWriter, type ColumnSource, ParquetWriter, schemaFromColumnData } from 'hyparquet-writer';
import { COLUMNS, type Column, type ColumnType } from '../columns.ts';
import type { ExportedAsset, WriteExport } from '../format.ts';

const TYPES = {
  text: 'STRING',
  whole: 'INT64',
  number: 'DOUBLE',
  time: 'TIMESTAMP',
} as const satisfies Record<ColumnType, ColumnSource['type']>;
/** Rows of a group: many enough to read quickly, few enough to hold. */
const GROUP_ROWS = 25_000;
/** Of client metadata in a group: it can be large. */
const GROUP_BYTES = 16 * 1024 * 1024;

/** The columns of tables, in groups of rows, compressed with Snappy. */
export const writeParquet: WriteExport = async function* (read) {
  const writer = new ByteWriter();
  const schema = schemaFromColumnData({ columnData: columnsOf([]) });
  const parquet = new ParquetWriter({ writer, schema, createdBy: 'mooring' });
  let group: ExportedAsset[] = [];
  let bytes = 0;
  for await (const assets of read()) {
    group.push(...assets);
    bytes += assets.reduce((sum, { metadataBytes }) => sum + metadataBytes, 0);
    if (group.length < GROUP_ROWS && bytes < GROUP_BYTES) continue;
    await parquet.write({ columnData: columnsOf(group), rowGroupSize: group.length });
    group = [];
    bytes = 0;
    yield taken(writer);
  }
  if (group.length > 0) await parquet.write({ columnData: columnsOf(group), rowGroupSize: group.length });
  await parquet.finish();
  yield taken(writer);
};

const columnsOf = (assets: readonly ExportedAsset[]): ColumnSource[] =>
  COLUMNS.map(({ name, type, of }) => ({
    name,
    type: TYPES[type],
    nullable: true,
    data: assets.map(asset => cellOf(type, of(asset))),
  }));

const cellOf = (type: ColumnType, value: ReturnType<Column['of']>) =>
  type === 'whole' && value !== null ? BigInt(value as number) : value;

/** What was written since the last time. Offsets go on counting. */
function taken(writer: ByteWriter): Uint8Array {
  const bytes = Uint8Array.from(writer.getBytes());
  writer.index = 0;
  return bytes;
}
