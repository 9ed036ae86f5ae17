import type { ReportStart } from './report-messages.ts';

/** One file of a report, read part by part. */
export interface ReportFile extends Omit<ReportStart, 'format'> {
  readBytes(start: number, end: number): Promise<Uint8Array>;
  /** The kind's fields, each with the name of its column. */
  fieldsOf(header: string[]): Promise<[field: string, name: string][]>;
}

export type ReportRow = [field: string, cell: unknown][];
