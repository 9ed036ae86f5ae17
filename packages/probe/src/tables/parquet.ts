import { ascii } from '../ascii.ts';
import type { Format } from '../format.ts';
import { malformed } from '../probe-error.ts';
import type { RangeReader } from '../range-reader.ts';
import { columnsFrom } from './columns.ts';
import { ThriftReader } from './thrift.ts';

/** Of the footer: the schema and the number of rows stand before the long list of row groups. */
const MOST_FOOTER_BYTES = 1 << 20;

export const PARQUET: Format = {
  id: 'parquet',
  mediaType: 'application/vnd.apache.parquet',
  kind: 'table',
  extensions: ['parquet', 'pq', 'geoparquet'],
  recognises: head => ascii(head, 0, 4) === 'PAR1' || ascii(head, 0, 4) === 'PARE',
  async read(reader) {
    const tail = await reader.view(Math.max(0, reader.sizeBytes - 8), Math.min(8, reader.sizeBytes));
    const mark = ascii(new Uint8Array(tail.buffer, tail.byteOffset + tail.byteLength - 4, 4));
    if (mark === 'PARE')
      return {
        facts: {},
        warnings: [{ code: 'encrypted', message: 'The footer of the Parquet file is encrypted.' }],
      };
    if (mark !== 'PAR1' || tail.byteLength < 8)
      throw malformed('The file begins as Parquet does and does not end with PAR1. It may be cut.');
    const { rows, columns } = await footer(reader, tail.getUint32(0, true));
    return { facts: { rows, rowsExact: true, columns: columnsFrom(columns) } };
  },
};

/** FileMetaData of parquet.thrift, up to num_rows. */
async function footer(reader: RangeReader, length: number): Promise<{ rows: number; columns: string[] }> {
  const at = reader.sizeBytes - 8 - length;
  if (at < 4)
    throw malformed(`The footer says that it has ${length} bytes. The file has ${reader.sizeBytes}.`);
  const thrift = new ThriftReader(await reader.read(at, Math.min(length, MOST_FOOTER_BYTES)));
  let columns: string[] = [];
  for (let field = thrift.field(0); field; field = thrift.field(field.id)) {
    if (field.id === 2) columns = topColumns(thrift);
    else if (field.id === 3) return { rows: rowCount(thrift.integer()), columns };
    else thrift.skip(field.type);
  }
  throw malformed('The footer of the Parquet file does not say how many rows it has.');
}

function rowCount(count: bigint): number {
  if (count >= 0n && count <= Number.MAX_SAFE_INTEGER) return Number(count);
  throw malformed(`The Parquet file says that it has ${count} rows.`);
}

/** The schema is a tree, written depth first: of each element its name and how many children follow it. */
function topColumns(thrift: ThriftReader): string[] {
  const columns: string[] = [];
  const size = thrift.list();
  /** Children that are still to come, of each element that is open. */
  const open: number[] = [];
  for (let i = 0; i < size; i++) {
    const { name, children } = schemaElement(thrift);
    if (open.length === 1) columns.push(name);
    if (i > 0) open[open.length - 1]!--;
    if (children > 0) open.push(children);
    while (open.at(-1) === 0) open.pop();
    if (open.length === 0 && i < size - 1)
      throw malformed('The schema of the Parquet file has more than one root.');
  }
  return columns;
}

function schemaElement(thrift: ThriftReader): { name: string; children: number } {
  let name = '';
  let children = 0;
  for (let field = thrift.field(0); field; field = thrift.field(field.id)) {
    if (field.id === 4) name = new TextDecoder().decode(thrift.binary());
    else if (field.id === 5) children = Number(thrift.integer());
    else thrift.skip(field.type);
  }
  return { name, children };
}
