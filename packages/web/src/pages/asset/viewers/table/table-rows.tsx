import { useEffect, useMemo } from 'react';
import { toVisible } from '@/format/names.ts';
import { formatCount } from '@/format/numbers.ts';
import { rowTop, tableLayout } from '@/pages/assets/geometry.ts';
import { useVirtualScroll } from '@/pages/assets/use-virtual-scroll.ts';

const ROW_PX = 28;
const layout = (widthPx: number) => tableLayout(widthPx, ROW_PX);
/** Width of a column in characters, by its name and the first rows. */
const LEAST_CHARS = 6;
const MOST_CHARS = 36;
const SAMPLE_ROWS = 50;

interface TableRowsProps {
  name: string;
  columns: readonly string[];
  rows: number;
  /** Null while it is read. */
  rowAt: (row: number) => readonly string[] | null;
  onView: (first: number, last: number) => void;
}

/** The rows in view, under the names of their columns. */
export function TableRows({ name, columns, rows, rowAt, onView }: TableRowsProps) {
  const { scroller, extent, drawn, height } = useVirtualScroll(layout, rows);
  const { first, last, shift } = drawn;
  // biome-ignore lint/correctness/useExhaustiveDependencies: more rows are another view
  useEffect(() => onView(first, Math.max(first, last)), [onView, first, last, rows]);

  const isRead = rowAt(0) !== null;
  // biome-ignore lint/correctness/useExhaustiveDependencies: widths come from the first rows, once they are there
  const widths = useMemo(() => columns.map((column, i) => widthOf(column, i, rowAt)), [columns, isRead]);
  const numberWidth = `${formatCount(rows).length + 3}ch`;
  const above = rows > 0 ? rowTop(extent.layout, first) + shift : 0;
  const below = Math.max(0, height - above - (last - first + 1) * ROW_PX);
  return (
    // biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls must be reachable by keyboard
    <section ref={scroller} tabIndex={0} data-own-arrows aria-label={toVisible(name)} className={SCROLLER}>
      <table aria-rowcount={rows + 1} className="table-fixed border-separate border-spacing-0 text-sm">
        <colgroup>
          <col style={{ width: numberWidth }} />
          {widths.map((width, i) => (
            <col key={columnKey(columns, i)} style={{ width }} />
          ))}
        </colgroup>
        <thead>
          <tr aria-rowindex={1}>
            <th scope="col" className={HEAD}>
              <span className="sr-only">Row</span>
            </th>
            {columns.map((column, i) => (
              <th key={columnKey(columns, i)} scope="col" title={column} className={HEAD}>
                {column}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          <tr aria-hidden style={{ height: above }} />
          {Array.from({ length: Math.max(0, last - first + 1) }, (_, i) => {
            const row = first + i;
            const cells = rowAt(row);
            return (
              <tr key={row} aria-rowindex={row + 2} style={{ height: ROW_PX }} className="hover:bg-hover">
                <td className={`${CELL} text-right text-muted`}>{formatCount(row + 1)}</td>
                {columns.map((_, column) => (
                  <td key={columnKey(columns, column)} title={cells?.[column]} className={CELL}>
                    {cells ? cells[column] : '…'}
                  </td>
                ))}
              </tr>
            );
          })}
          <tr aria-hidden style={{ height: below }} />
        </tbody>
      </table>
    </section>
  );
}

function widthOf(column: string, index: number, rowAt: TableRowsProps['rowAt']): string {
  const cells = Array.from({ length: SAMPLE_ROWS }, (_, row) => rowAt(row)?.[index]?.length ?? 0);
  const chars = Math.max(LEAST_CHARS, column.length, ...cells);
  return `${Math.min(chars, MOST_CHARS) + 3}ch`;
}

/** Names of columns may come twice. */
const columnKey = (columns: readonly string[], index: number) => `${index} ${columns[index]}`;

const SCROLLER = 'relative min-h-0 flex-1 overflow-auto bg-page outline-offset-[-2px]';
const HEAD = 'sticky top-0 z-1 h-8 truncate border-b bg-raised px-2 text-left font-medium';
const CELL = 'truncate border-b px-2 py-0 whitespace-pre';
