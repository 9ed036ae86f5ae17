import type { InventoryRow } from '@mooring/storage/server';

// What the process that reads a report and the worker say to each other. The process asks, one question at a time; the
// worker reads from the storage, knows the fields of the kind, and takes rows.

export type ReportFormat = 'csv' | 'parquet';

/** The first message to the process. */
export interface ReportStart {
  format: ReportFormat;
  sizeBytes: number;
  /** The names of the columns, where the file has no header of its own. */
  columns: readonly string[] | null;
  /** Rows that were read before. */
  skip: number;
}

export type Question =
  /** Bytes of the file, the end left out. */
  | { ask: 'bytes'; start: number; end: number }
  /** The name of the column of each field. */
  | { ask: 'columns'; header: string[] }
  /** To take rows before more are read. */
  | { ask: 'take'; rows: InventoryRow[] };

export type FromProcess = Question | { done: true } | { failure: string };
export type ToProcess = { start: ReportStart } | { answer: unknown };
