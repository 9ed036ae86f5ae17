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
export function renderTable<T>(items: readonly T[], columns: readonly Column<T>[], style: Style): string {
  const cells = items.map(item => columns.map(column => plain(column.of(item))));
  const widths = columns.map(({ title }, index) =>
    Math.max(width(title), ...cells.map(row => width(row[index]!))),
  );
  const pad = (text: string, index: number): string => {
    const space = ' '.repeat(widths[index]! - width(text));
    if (columns[index]!.align === 'right') return space + text;
    return index === columns.length - 1 ? text : text + space;
  };
  const lines = [columns.map(({ title }, index) => style.dim(pad(title, index))).join('  ')];
  items.forEach((item, row) => {
    const line = columns.map(({ paint }, index) => {
      const text = pad(cells[row]![index]!, index);
      return paint ? paint(text, item) : text;
    });
    lines.push(line.join('  '));
  });
  return `${lines.join('\n')}\n`;
}

/** Names and values, one pair a line; a value of null is left out. */
export function renderDetails(pairs: readonly [name: string, value: string | null][], style: Style): string {
  const shown = pairs.filter((pair): pair is [string, string] => pair[1] !== null);
  const widest = Math.max(...shown.map(([name]) => width(name)));
  return shown
    .map(([name, value]) => `${style.dim(name + ' '.repeat(widest - width(name)))}  ${value}\n`)
    .join('');
}
