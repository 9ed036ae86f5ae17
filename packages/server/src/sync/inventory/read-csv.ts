import { Readable } from 'node:stream';
import { parse } from 'csv-parse';
import type { ReportFile, ReportRow } from './report-file.ts';

const BYTES_AT_ONCE = 4 * 1024 * 1024;
/** A name in percent-encoding and the other fields are much shorter; a quote that is not closed is not. */
const MOST_RECORD_CHARS = 65_536;

/** The rows of a file in CSV. */
export async function* readCsv({
  sizeBytes,
  columns,
  skip,
  readBytes,
  fieldsOf,
}: ReportFile): AsyncGenerator<ReportRow> {
  async function* bytes(): AsyncGenerator<Uint8Array> {
    for (let at = 0; at < sizeBytes; at += BYTES_AT_ONCE)
      yield await readBytes(at, Math.min(sizeBytes, at + BYTES_AT_ONCE));
  }
  const placesOf = async (header: readonly string[]) =>
    (await fieldsOf([...header])).map(([field, name]) => [field, header.indexOf(name)] as const);
  let places = columns && (await placesOf(columns));
  let seen = 0;
  const parser = parse({ bom: true, relax_column_count: true, max_record_size: MOST_RECORD_CHARS });
  const input = Readable.from(bytes());
  input.on('error', error => parser.destroy(error));
  for await (const cells of input.pipe(parser) as AsyncIterable<string[]>) {
    if (places === null) places = await placesOf(cells);
    else if (seen++ >= skip) yield places.map(([field, index]) => [field, cells[index]]);
  }
}
