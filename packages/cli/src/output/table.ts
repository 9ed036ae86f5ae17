import type { Style } from './style.ts';
import { plain, width } from './text.ts';

export interface Column<T> {
  title: string;
  of: (item: T) => string;
  align?: 'right';
  /** Applied after the text was measured. */
  paint?: (text: string, item: T) => string;
}

/** Rows whose columns line up. */
export const renderTable = <T>(items: readonly T[], columns: readonly Column<T>[], style: Style): string =>
  createTable(columns, style)(items);

/**
 * Writes a table block by block, the titles above the first. Within a block columns line up; a later block is as wide
 * as those before it, or wider.
 */
export function createTable<T>(columns: readonly Column<T>[], style: Style): (items: readonly T[]) => string {
  const widths = columns.map(({ title }) => width(title));
  const pad = (text: string, index: number): string => {
    const space = ' '.repeat(widths[index]! - width(text));
    if (columns[index]!.align === 'right') return space + text;
    return index === columns.length - 1 ? text : text + space;
  };
  const line = (cells: string[]): string => `${cells.join('  ')}\n`;
  let isFirst = true;

  return items => {
    const rows = items.map(item => ({ item, cells: columns.map(column => plain(column.of(item))) }));
    for (const { cells } of rows)
      cells.forEach((text, index) => {
        widths[index] = Math.max(widths[index]!, width(text));
      });
    const titles = isFirst ? line(columns.map(({ title }, index) => style.dim(pad(title, index)))) : '';
    isFirst = false;
    return rows.reduce((text, { item, cells }) => {
      const painted = columns.map(({ paint }, index) => {
        const cell = pad(cells[index]!, index);
        return paint ? paint(cell, item) : cell;
      });
      return text + line(painted);
    }, titles);
  };
}

/** Names and values, one pair a line; a value of null is left out. */
export function renderDetails(pairs: readonly [name: string, value: string | null][], style: Style): string {
  const shown = pairs.filter((pair): pair is [string, string] => pair[1] !== null);
  const widest = Math.max(...shown.map(([name]) => width(name)));
  return shown
    .map(([name, value]) => `${style.dim(name + ' '.repeat(widest - width(name)))}  ${value}\n`)
    .join('');
}
