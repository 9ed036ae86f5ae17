import type { StorageObject } from '@mooring/storage/server';
import { MooringError } from '../../platform/problem.ts';

// The fields of a blob inventory report: https://learn.microsoft.com/azure/storage/blobs/blob-inventory

/** Fields without which a row cannot be compared with the catalogue, as the rule's schema names them. */
const REQUIRED = ['Name', 'Etag', 'Content-Length', 'Last-Modified'] as const;
const OPTIONAL = [
  'Content-Type',
  'AccessTier',
  'hdi_isfolder',
  'Snapshot',
  'IsCurrentVersion',
  'Deleted',
] as const;
type Field = (typeof REQUIRED)[number] | (typeof OPTIONAL)[number];

/** A cell: text in CSV; numbers, dates and truth values in Parquet. */
export type Cell = string | number | bigint | boolean | Date | null | undefined;
export type Row = Partial<Record<Field, Cell>>;

const plain = (name: string): string => name.replace(/[-_\s]/g, '').toLowerCase();

/**
 * Which column of a report holds which field; names are compared without case and hyphens.
 * @throws MooringError `invalid_request` naming the fields that the rule's schema lacks
 */
export function columnsOf(names: readonly string[]): Map<Field, string> {
  const byName = new Map(names.map(name => [plain(name), name]));
  const columns = new Map<Field, string>();
  for (const field of [...REQUIRED, ...OPTIONAL]) {
    const name = byName.get(plain(field));
    if (name !== undefined) columns.set(field, name);
  }
  const missing = REQUIRED.filter(field => !columns.has(field));
  if (missing.length === 0) return columns;
  throw new MooringError('invalid_request', `The report has no column ${missing.join(', ')}.`, {
    fix: `Add ${missing.join(', ')} to the schema fields of the inventory rule, and wait for its next report.`,
  });
}

/**
 * The object that a row of the report stands for, its name without the container. Null for what is no object of
 * the container now: of other containers, snapshots, earlier versions, deleted ones.
 * @throws MooringError `invalid_request` for a row that makes no sense
 */
export function objectOf(row: Row, container: string): StorageObject | null {
  const name = String(row.Name ?? '');
  if (!name.startsWith(`${container}/`)) return null;
  if (text(row.Snapshot) !== null || isTrue(row.Deleted)) return null;
  if (text(row.IsCurrentVersion) !== null && !isTrue(row.IsCurrentVersion)) return null;
  const key = name.slice(container.length + 1);
  const sizeBytes = Number(row['Content-Length']);
  const lastModified = dateOf(row['Last-Modified']);
  if (key === '' || !Number.isSafeInteger(sizeBytes) || sizeBytes < 0 || lastModified === null) {
    throw new MooringError('invalid_request', `The row of ${JSON.stringify(name)} has no size or date.`, {
      fix: 'Choose a report that Azure has finished, and that nothing has changed.',
    });
  }
  const tier = text(row.AccessTier);
  return {
    key,
    etag: (text(row.Etag) ?? '').replace(/^"(.*)"$/, '$1'),
    sizeBytes,
    contentType: text(row['Content-Type']),
    tier,
    archiveState: tier === 'Archive' ? 'archived' : 'readable',
    lastModified,
    placeholder: isTrue(row.hdi_isfolder) || (sizeBytes === 0 && key.endsWith('/')),
  };
}

const text = (cell: Cell): string | null =>
  cell === null || cell === undefined || cell === '' ? null : String(cell);
const isTrue = (cell: Cell): boolean => String(cell).toLowerCase() === 'true';

function dateOf(cell: Cell): Date | null {
  const date = cell instanceof Date ? cell : new Date(String(cell));
  return Number.isNaN(date.getTime()) ? null : date;
}
