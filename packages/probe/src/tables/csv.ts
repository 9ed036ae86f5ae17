import { countLines, readText } from '../documents/read-text.ts';
import { textHead } from '../documents/text-head.ts';
import type { Findings, Format } from '../format.ts';
import { malformed } from '../probe-error.ts';
import type { RangeReader } from '../range-reader.ts';
import { columnsFrom, estimate } from './columns.ts';
import { type CsvDialect, csvDialect } from './csv-dialect.ts';
import { csvRecords } from './csv-records.ts';

/** Values separated by commas, semicolons or bars. */
export const CSV: Format = {
  id: 'csv',
  mediaType: 'text/csv',
  kind: 'table',
  extensions: ['csv', 'tsv', 'txt'],
  recognises(head, sizeBytes) {
    const dialect = dialectOf(head, sizeBytes);
    return dialect !== null && dialect.delimiter !== '\t';
  },
  read: readRows,
};

export const TSV: Format = {
  ...CSV,
  id: 'tsv',
  mediaType: 'text/tab-separated-values',
  extensions: ['tsv', 'tab', 'csv', 'txt'],
  recognises: (head, sizeBytes) => dialectOf(head, sizeBytes)?.delimiter === '\t',
};

const known = new WeakMap<Uint8Array, CsvDialect | null>();

function dialectOf(head: Uint8Array, sizeBytes: number): CsvDialect | null {
  let dialect = known.get(head);
  if (dialect === undefined) {
    const text = textHead(head, sizeBytes);
    dialect = text && csvDialect(text.text, text.isWhole);
    known.set(head, dialect);
  }
  return dialect;
}

async function readRows(reader: RangeReader): Promise<Findings> {
  const { encoding, text, isWhole, warnings } = await readText(reader);
  const dialect = csvDialect(text, isWhole);
  if (!dialect)
    throw malformed('The file begins as a table does. Its lines have different numbers of fields.');
  let records = 0;
  for (const _ of csvRecords(text, dialect.delimiter, isWhole)) records++;
  // An average record weighs enough that the cut one does not.
  const counted = isWhole ? records : estimate(records + 0.5, 1, reader.sizeBytes);
  return {
    facts: {
      encoding,
      lines: isWhole ? countLines(text) : null,
      rows: counted - (dialect.header ? 1 : 0),
      rowsExact: isWhole,
      columns: columnsFrom(dialect.header),
    },
    warnings,
  };
}
