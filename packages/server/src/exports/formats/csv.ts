import { disarmed } from '../../platform/disarmed.ts';
import { COLUMN_NAMES } from '../columns.ts';
import type { WriteExport } from '../format.ts';

/** With a heading, commas and quotes as in https://www.rfc-editor.org/rfc/rfc4180, and times as RFC 3339 has them. */
export const writeCsv: WriteExport = async function* ({ tables }, { isContinued }) {
  if (!isContinued) yield `${COLUMN_NAMES.join(',')}\r\n`;
  for await (const { length, columns } of tables()) {
    const lines = Array.from({ length }, (_, row) => {
      const cells = COLUMN_NAMES.map(name => {
        const value = columns[name].get(row);
        return cell(name === 'lastModified' && value !== null ? new Date(value).toISOString() : value);
      });
      return `${cells.join(',')}\r\n`;
    });
    yield lines.join('');
  }
};

function cell(value: string | number | null): string {
  if (value === null) return '';
  const text = typeof value === 'string' ? disarmed(value) : String(value);
  return /[",\r\n]/.test(text) || text === '' ? `"${text.replaceAll('"', '""')}"` : text;
}
