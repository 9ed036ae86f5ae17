import { At } from '../at.ts';
import type { Batches } from '../batches.ts';
import { type Columns, columnsOf, RowItems } from '../formats/table.ts';
import { MOST_RECORD_BYTES } from '../limits.ts';
import { ManifestError } from '../manifest-error.ts';
import type { ReadOptions } from '../reading.ts';
import { csvCells } from '../scan/csv-cells.ts';
import { type Line, Records } from '../scan/lines.ts';
import type { Shape } from './shape.ts';

/** A table in CSV, with headings. */
export class RecordsShape implements Shape {
  private readonly batches: Batches;
  private readonly delimiter: string;
  private readonly options: ReadOptions;
  private readonly records: Records;
  private readonly decoder = new TextDecoder();
  private table: { columns: Columns; rows: RowItems } | null = null;

  constructor(batches: Batches, delimiter: string, options: ReadOptions) {
    this.batches = batches;
    this.delimiter = delimiter;
    this.options = options;
    this.records = new Records(MOST_RECORD_BYTES, delimiter);
  }

  *push(chunk: Uint8Array): Generator<void> {
    for (const record of this.records.push(chunk)) {
      this.take(record);
      yield;
    }
  }

  *end(): Generator<void> {
    const { openQuoteLine } = this.records;
    for (const record of this.records.end()) {
      if (openQuoteLine === null) this.take(record);
      yield;
    }
    for (const item of this.table?.rows.end() ?? []) {
      this.batches.add(item);
      yield;
    }
    if (openQuoteLine !== null)
      throw new ManifestError(
        'format_broken',
        `The file ends inside a quote that opens in the record of line ${openQuoteLine}.`,
        { fix: 'Close the quote, or write a quote inside a cell twice.', place: { line: openQuoteLine } },
      );
  }

  private take({ line, bytes }: Line): void {
    const text = bytes && this.decoder.decode(bytes);
    if (text !== null && /^[\s,;]*$/.test(text)) return;
    const { table } = this;
    if (!table) {
      this.begin(text);
      return;
    }
    const at = new At({ line }, this.batches.warnings);
    const cells = text === null ? [] : csvCells(text, this.delimiter);
    this.batches.attempt(
      () => cells,
      () => {
        checkRecord(text, cells, table.columns, at);
        return table.rows.take(cells, at);
      },
    );
  }

  private begin(headings: string | null): void {
    if (headings === null)
      throw new ManifestError('too_large', `The heading line has more than ${MOST_RECORD_BYTES} bytes.`, {
        fix: 'Check that the first line has the headings, and that its quotes are closed.',
      });
    const columns = columnsOf(csvCells(headings, this.delimiter), this.options.columns, this.options.base);
    this.batches.headings = columns.headings;
    if (columns.isEncord) this.batches.format = 'encord-csv';
    this.table = { columns, rows: new RowItems(columns) };
  }
}

function checkRecord(text: string | null, cells: string[], { headings }: Columns, at: At): void {
  if (text === null)
    at.refuse(undefined, 'too_large', {
      seen: `a record of more than ${MOST_RECORD_BYTES} bytes`,
      expected: `at most ${MOST_RECORD_BYTES}`,
      fix: 'Check that a quote in this record is closed.',
    });
  if (text.includes('\ufffd'))
    at.refuse(undefined, 'not_an_item', {
      seen: 'bytes that are no UTF-8',
      expected: 'text in UTF-8 or UTF-16',
      fix: 'Save the file as CSV in UTF-8.',
    });
  if (cells.length > headings.length)
    at.refuse(undefined, 'not_an_item', {
      seen: `${cells.length} cells`,
      expected: `${headings.length}, as many as there are headings`,
      fix: 'Put quotes around cells in which the delimiter stands.',
    });
}
