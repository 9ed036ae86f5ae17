import type { Reading, Refusal } from '@mooring/storage';
import type { Cell, InventoryReader, InventoryRow, StorageObject } from '@mooring/storage/server';
import { z } from 'zod';
import { archiveStateOf } from './storage-object.ts';

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

const plain = (name: string): string => name.replace(/[-_\s]/g, '').toLowerCase();

/**
 * Which column of a report holds which field; names are compared without case and hyphens.
 * Refused with the fields that the rule's schema lacks.
 */
function columnsOf(names: readonly string[]): Reading<ReadonlyMap<string, string>> {
  const byName = new Map(names.map(name => [plain(name), name]));
  const columns = new Map<string, string>();
  for (const field of [...REQUIRED, ...OPTIONAL]) {
    const name = byName.get(plain(field));
    if (name !== undefined) columns.set(field, name);
  }
  const missing = REQUIRED.filter(field => !columns.has(field));
  if (missing.length === 0) return { ok: true, value: columns };
  return refused(
    `The report has no column ${missing.join(', ')}.`,
    `Add ${missing.join(', ')} to the schema fields of the inventory rule, and wait for its next report.`,
  );
}

/**
 * The object that a row of the report stands for, its name without the container. Null for what is no object of
 * the container now: of other containers, snapshots, earlier versions, deleted ones.
 * Refused for a row that makes no sense.
 */
function objectOf(row: InventoryRow, container: string): Reading<StorageObject | null> {
  const name = String(row.Name ?? '');
  if (!name.startsWith(`${container}/`)) return NONE;
  if (text(row.Snapshot) !== null || isTrue(row.Deleted)) return NONE;
  if (text(row.IsCurrentVersion) !== null && !isTrue(row.IsCurrentVersion)) return NONE;
  const key = name.slice(container.length + 1);
  const sizeBytes = Number(row['Content-Length']);
  const lastModified = dateOf(row['Last-Modified']);
  if (key === '' || !Number.isSafeInteger(sizeBytes) || sizeBytes < 0 || lastModified === null) {
    return refused(`The row of ${JSON.stringify(name)} has no size or date.`, UNSPOILT);
  }
  const tier = text(row.AccessTier);
  const object: StorageObject = {
    key,
    etag: (text(row.Etag) ?? '').replace(/^"(.*)"$/, '$1'),
    sizeBytes,
    contentType: text(row['Content-Type']),
    tier,
    archiveState: archiveStateOf(tier),
    lastModified,
    placeholder: isTrue(row.hdi_isfolder) || (sizeBytes === 0 && key.endsWith('/')),
  };
  return { ok: true, value: object };
}

const NONE: Reading<null> = { ok: true, value: null };
const UNSPOILT = 'Choose a report that Azure has finished and that has not been changed since.';

const refused = (message: string, fix: string): Refusal => ({
  ok: false,
  code: 'invalid_request',
  field: null,
  message,
  fix,
});

const manifest = z.looseObject({
  status: z.string().optional(),
  files: z.array(z.looseObject({ blob: z.string() })),
});

function filesOf(json: unknown): Reading<{ keys: string[]; columns: null }> {
  const parsed = manifest.safeParse(json);
  if (!parsed.success) return notManifest('it has no list of files');
  const { status, files } = parsed.data;
  if (status !== undefined && status !== 'Succeeded') return notManifest(`its status is ${status}`);
  if (files.length === 0) return notManifest('it names no file');
  return { ok: true, value: { keys: files.map(file => file.blob), columns: null } };
}

const notManifest = (why: string): Refusal =>
  refused(
    `This is not a manifest of a finished blob inventory report: ${why}.`,
    'Give the key of the file RULE-manifest.json in the folder of a report whose status is Succeeded.',
  );

/** Blob inventory reports. */
export const azureInventories: InventoryReader = { files: filesOf, columns: columnsOf, object: objectOf };

const text = (cell: Cell): string | null =>
  cell === null || cell === undefined || cell === '' ? null : String(cell);
const isTrue = (cell: Cell): boolean => String(cell).toLowerCase() === 'true';

function dateOf(cell: Cell): Date | null {
  const date = cell instanceof Date ? cell : new Date(String(cell));
  return Number.isNaN(date.getTime()) ? null : date;
}
