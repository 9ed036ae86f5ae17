/** A table whose rows are read as they come into view. */
export interface Table {
  /** The names of those that are shown, no more than `MOST_COLUMNS`, and how many there are. */
  columns: readonly string[];
  allColumns: number;
  /** Rows that can be shown. A file without an index grows as it is read on. */
  rows: number;
  /** What follows `rows`: nothing, rows that `readOn` finds, or rows beyond what a page should hold. */
  rest: 'none' | 'more' | 'too-many';
  /** Cells as text, row by row, of rows from `first` up to but without `end`. */
  cells(first: number, end: number): Promise<string[][]>;
  readOn(): Promise<void>;
}

/** A page draws every column of the rows in view. */
export const MOST_COLUMNS = 200;

/** Longer cells are cut. Line breaks become signs, as a row is one line. */
const MOST_CHARS = 500;

/** A value as a cell shows it. */
export function cellText(value: unknown): string {
  if (value === null || value === undefined) return '';
  if (typeof value === 'string') return value.slice(0, MOST_CHARS).replace(/\r\n|[\r\n]/g, '⏎');
  if (value instanceof Date) return Number.isNaN(value.getTime()) ? '' : value.toISOString();
  if (value instanceof Uint8Array) return `${value.length} bytes`;
  if (typeof value === 'object') {
    const json = JSON.stringify(value, (_, part) => (typeof part === 'bigint' ? String(part) : part));
    return json.slice(0, MOST_CHARS);
  }
  return String(value);
}
