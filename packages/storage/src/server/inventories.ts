import type { Reading } from '../form.ts';
import type { StorageObject } from './provider.ts';

/** A cell of a report: text in CSV; numbers, dates and truth values in Parquet. */
export type Cell = string | number | bigint | boolean | Date | null | undefined;
/** A row by the names of the kind's own fields. */
export type InventoryRow = Readonly<Record<string, Cell>>;

/** Reads the reports in which a service lists all objects. The server reads the files; the kind knows their fields. */
export interface InventoryReader {
  /**
   * What a manifest names. `columns`: the names of the columns, where the files have no header of their own.
   * @param manifest parsed JSON, or null where it was none
   */
  files(manifest: unknown): Reading<{ keys: string[]; columns: readonly string[] | null }>;
  /** Which of the kind's fields each column holds; refused where a needed one is missing. */
  columns(names: readonly string[]): Reading<ReadonlyMap<string, string>>;
  /** The object that a row stands for; null for what is no object of the container now. */
  object(row: InventoryRow, container: string): Reading<StorageObject | null>;
}
