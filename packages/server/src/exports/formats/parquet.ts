import { ByteWriter, type ColumnSource, ParquetWriter, schemaFromColumnData } from 'hyparquet-writer';
import { Numbers, Texts, Times, Wholes } from '../../catalogue/vectors.ts';
import { COLUMN_NAMES, COLUMNS, type ColumnName, type Table } from '../columns.ts';
import type { WriteExport } from '../format.ts';

const TYPES = new Map<unknown, NonNullable<ColumnSource['type']>>([
  [Texts, 'STRING'],
  [Wholes, 'INT64'],
  [Numbers, 'DOUBLE'],
  [Times, 'TIMESTAMP'],
]);
/** Rows of a group: many enough to read quickly, few enough to hold. */
const GROUP_ROWS = 25_000;
/** Of client metadata in a group: it can be large. */
const GROUP_BYTES = 16 * 1024 * 1024;

/** The columns of tables, in groups of rows, compressed with Snappy. */
export const writeParquet: WriteExport = async function* ({ tables }) {
  const writer = new ByteWriter();
  const schema = schemaFromColumnData({ columnData: columnsOf([]) });
  const parquet = new ParquetWriter({ writer, schema, createdBy: 'mooring' });
  let group: Table[] = [];
  let [rows, bytes] = [0, 0];
  for await (const table of tables()) {
    group.push(table);
    rows += table.length;
    bytes += table.columns.clientMetadata.offsets[table.length]!;
    if (rows < GROUP_ROWS && bytes < GROUP_BYTES) continue;
    await parquet.write({ columnData: columnsOf(group), rowGroupSize: rows });
    group = [];
    [rows, bytes] = [0, 0];
    yield taken(writer);
  }
  if (rows > 0) await parquet.write({ columnData: columnsOf(group), rowGroupSize: rows });
  await parquet.finish();
  yield taken(writer);
};

const columnsOf = (group: readonly Table[]): ColumnSource[] =>
  COLUMN_NAMES.map(name => ({
    name,
    type: TYPES.get(COLUMNS[name])!,
    nullable: true,
    data: group.flatMap(table => Array.from({ length: table.length }, (_, row) => cellOf(table, name, row))),
  }));

function cellOf({ columns }: Table, name: ColumnName, row: number) {
  const values = columns[name];
  if (values instanceof Times) return values.has(row) ? new Date(values.get(row)!) : null;
  if (values instanceof Wholes) return values.has(row) ? values.values[row]! : null;
  return values.get(row);
}

/** What was written since the last time. Offsets go on counting. */
function taken(writer: ByteWriter): Uint8Array {
  const bytes = Uint8Array.from(writer.getBytes());
  writer.index = 0;
  return bytes;
}
