import { disarmed } from '../../platform/disarmed.ts';
import { COLUMNS } from '../columns.ts';
import type { WriteExport } from '../format.ts';

/** With a heading, commas and quotes as in https://www.rfc-editor.org/rfc/rfc4180, and times as RFC 3339 has them. */
export const writeCsv: WriteExport = async function* (read, { isContinued }) {
  if (!isContinued) yield `${COLUMNS.map(({ name }) => name).join(',')}\r\n`;
  for await (const assets of read())
    yield assets.map(asset => `${COLUMNS.map(({ of }) => cell(of(asset))).join(',')}\r\n`).join('');
};

function cell(value: string | number | Date | null): string {
  if (value === null) return '';
  const text =
    typeof value === 'string' ? disarmed(value) : value instanceof Date ? value.toISOString() : String(value);
  return /[",\r\n]/.test(text) || text === '' ? `"${text.replaceAll('"', '""')}"` : text;
}
