import { isUrl } from './address.ts';
import { plainKey } from './fields.ts';
import { isList, isWrapper } from './formats/documents.ts';
import { isTask } from './formats/label-studio.ts';
import { addressKeys } from './formats/plain.ts';
import type { JsonObject, JsonValue } from './item.ts';
import { ManifestError } from './manifest-error.ts';
import type { ManifestFormat } from './reading.ts';
import { csvCells, delimiterOf } from './scan/csv-cells.ts';
import { JsonDocument } from './scan/json-document.ts';
import { shownValue } from './shown.ts';

/** How a file is taken apart, and what it is called. */
export type Detected =
  | { shape: 'document'; format: ManifestFormat }
  | { shape: 'lines'; format: ManifestFormat }
  | { shape: 'records'; format: 'csv'; delimiter: string };

const EXPECTED =
  'a manifest of Encord, V7, CVAT, Label Studio or Mooring, JSON, JSON lines, a list of URLs, CSV or Parquet';
const ADDRESS_KEYS = new Set(Object.keys(addressKeys()).map(plainKey));
/** Keys that only the API of Encord writes in this way. */
const CAMEL_CASE =
  /^(dataItems|imageGroups|dicomSeries|imageGroupsFromItems|timeSeries|skipDuplicateUrls|upsertMetadata)$/;
const READONLY_KEY =
  /"(?:storage_thumbnail_key|width|native_fps|hls_segments|storage_sections_key_prefix|storage_frames_manifest_key)"/;

/**
 * Says what a file is, by its first bytes.
 * @param isWhole they are all
 * @param hasMapping a person has said which column is what, so it is a table
 * @throws ManifestError where it is nothing that is known
 */
export function detect(head: Uint8Array, isWhole: boolean, hasMapping: boolean): Detected {
  const text = new TextDecoder().decode(head);
  const start = text.trimStart();
  const lineEnd = start.indexOf('\n');
  const line = (lineEnd < 0 ? start : start.slice(0, lineEnd)).trimEnd();
  const isLineWhole = lineEnd >= 0 || isWhole;
  if (line === '') throw unknown(isWhole ? 'nothing' : 'nothing but spaces');
  if (text.includes('\0')) throw unknown('bytes that are no text');
  if (!hasMapping && start[0] === '[') return listDocument(head);
  if (!hasMapping && start[0] === '{')
    return document(head, isWhole, isLineWhole ? line : null, lineEnd >= 0);
  if (!hasMapping && start[0] === '"' && isLineWhole && typeof parsed(line) === 'string')
    return { shape: 'lines', format: 'json-lines' };
  return lines(line, hasMapping);
}

function lines(line: string, hasMapping: boolean): Detected {
  const delimiter = delimiterOf(line);
  const table: Detected = { shape: 'records', format: 'csv', delimiter };
  if (hasMapping) return table;
  if (isUrl(line)) return { shape: 'lines', format: 'url-list' };
  const isHeading = csvCells(line, delimiter).some(cell => ADDRESS_KEYS.has(plainKey(cell)));
  return !isHeading && line.includes('/') ? { shape: 'lines', format: 'url-list' } : table;
}

function listDocument(head: Uint8Array): Detected {
  const { first } = walk(head);
  return { shape: 'document', format: first !== null && isTask(first) ? 'label-studio' : 'json' };
}

function document(head: Uint8Array, isWhole: boolean, line: string | null, hasMore: boolean): Detected {
  const firstLine = line === null ? undefined : parsed(line);
  const { keys, lists, first } = walk(head);
  if (lists.length === 0 && isObject(firstLine) && !(isWhole && !hasMore && isAllFlags(firstLine)))
    return { shape: 'lines', format: formatOfLine(firstLine) };
  // A first line that is longer than the head, and has no list in it, is an item.
  if (lists.length === 0 && line === null) return { shape: 'lines', format: 'json-lines' };
  if (lists.some(key => plainKey(key) === 'items') || keys.some(key => plainKey(key) === 'datasetslug'))
    return { shape: 'document', format: formatOfItems(keys, first) };
  if (lists.length > 0 && lists.every(key => /^(urls|files|assets|tasks|manifest)$/.test(plainKey(key))))
    return { shape: 'document', format: first !== null && isTask(first) ? 'label-studio' : 'json' };
  const isApi = keys.some(key => CAMEL_CASE.test(key));
  return { shape: 'document', format: isApi ? 'encord-data-items' : 'encord-json' };
}

function formatOfItems(keys: string[], first: JsonValue): ManifestFormat {
  const isV7 =
    keys.some(key => /^(dataset|storage)slug$/.test(plainKey(key))) ||
    (isObject(first) && (first.storage_key !== undefined || first.slots !== undefined));
  if (!isV7) return 'json';
  return READONLY_KEY.test(JSON.stringify(first)) ? 'v7-readonly' : 'v7';
}

function formatOfLine(line: JsonObject): ManifestFormat {
  if (line.mooring === 'manifest') return 'mooring';
  const keys = Object.keys(line);
  const isCvat =
    keys.length === 1 && (line.version !== undefined || line.type === 'images' || line.type === 'video');
  return isCvat ? 'cvat' : 'json-lines';
}

/** No item: `{}`, or a document whose lists are all absent. */
const isAllFlags = (line: JsonObject): boolean =>
  Object.entries(line).every(([key, value]) => value === null || FLAG_KEYS.has(plainKey(key)) || isList(key));
const FLAG_KEYS = new Set(['skipduplicateurls', 'upsertmetadata', 'datasetslug', 'storageslug']);

/** What the beginning of a document shows: its keys, those that are lists, and the first item. */
function walk(head: Uint8Array) {
  const keys: string[] = [];
  const lists: string[] = [];
  let first: JsonValue = null;
  const scanner = new JsonDocument({
    isList,
    isWrapper,
    onKey: ({ key, isItems }) => {
      keys.push(key);
      if (isItems) lists.push(key);
    },
  });
  try {
    for (const { bytes } of scanner.push(head)) {
      const value = bytes && parsed(new TextDecoder().decode(bytes));
      if (value !== null && value !== undefined) first ??= value;
    }
  } catch (error) {
    // Lines are no document: what follows the first one is not expected.
    if (!(error instanceof ManifestError)) throw error;
  }
  return { keys, lists, first };
}

const isObject = (value: JsonValue | undefined): value is JsonObject =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

function parsed(text: string): JsonValue | undefined {
  try {
    return JSON.parse(text);
  } catch {
    return undefined; // what is no JSON is another format
  }
}

const unknown = (seen: string) =>
  new ManifestError('format_unknown', `The file has ${seen}. Expected ${EXPECTED}.`, {
    fix: 'Check that this is the right file.',
  });

/** The same where keys of a document were seen, and no list among them. */
export const noList = (keys: readonly string[]) =>
  unknown(
    `an object with ${
      keys.length
        ? keys
            .slice(0, 8)
            .map(key => shownValue(key))
            .join(', ')
        : 'no keys'
    }, and no list of items`,
  );
