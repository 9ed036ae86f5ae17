import type { OperationError } from '@mooring/contract';
import { disarmed } from '../platform/disarmed.ts';

const COLUMNS = ['item', 'code', 'message', 'fix', 'at'] as const;

/** Errors as a table in CSV, with a heading line. Source of the rules: https://www.rfc-editor.org/rfc/rfc4180 */
export const errorsAsCsv = (errors: readonly OperationError[]): string =>
  [COLUMNS.join(','), ...errors.map(error => COLUMNS.map(column => cell(error[column] ?? '')).join(','))]
    .map(line => `${line}\r\n`)
    .join('');

const cell = (text: string): string => `"${disarmed(text).replaceAll('"', '""')}"`;
