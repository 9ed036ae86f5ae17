import { count } from '../../output/quantity.ts';
import type { Style } from '../../output/style.ts';
import { renderTable } from '../../output/table.ts';

/** How many rows of which tables went into a file or came out of one. */
export const renderTransferred = (
  { tables }: { tables: { name: string; rows: number }[] },
  style: Style,
): string =>
  renderTable(
    tables,
    [
      { title: 'TABLE', of: ({ name }) => name },
      { title: 'ROWS', of: ({ rows }) => count(rows), align: 'right' },
    ],
    style,
  );
