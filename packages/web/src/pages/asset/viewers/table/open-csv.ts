import type { Asset } from '@mooring/contract';
import { csvDialect, csvRecords, textEncoding } from '@mooring/probe';
import { assetSource } from '@/delivery/asset-source.ts';
import { empty, notViewed } from '@/delivery/not-loaded.ts';
import { cellText, MOST_COLUMNS, type Table } from './table.ts';

const PART_BYTES = 512 * 1024;
/** A page holds the cells of no more than this. */
const MOST_BYTES = 64 * 2 ** 20;

/**
 * A table in text, read part by part: where a row stands shows only by reading up to it.
 * @throws NotLoaded
 */
export async function openCsv(asset: Asset, signal: AbortSignal): Promise<Table> {
  if (asset.sizeBytes === 0) throw empty();
  const source = assetSource(asset);
  let first = await source.read(0, PART_BYTES, signal);
  // What is stored compressed comes unpacked, with more bytes than its size says, and only from its beginning.
  const isPacked = first.length !== Math.min(PART_BYTES, asset.sizeBytes);
  if (isPacked && first.length === PART_BYTES) first = await source.read(0, MOST_BYTES, signal);
  const sizeBytes = isPacked ? first.length : asset.sizeBytes;
  const encoding = textEncoding(first, first.length === sizeBytes);
  if (!encoding) throw notViewed('It is named as a table in text but holds other bytes.');
  const decoder = new TextDecoder(encoding.replace('-bom', ''));
  const records: string[][] = [];
  let readBytes = 0;
  let left = '';

  const take = (bytes: Uint8Array, delimiter: string) => {
    readBytes += bytes.length;
    const isEnd = readBytes === sizeBytes;
    const text = left + decoder.decode(bytes, { stream: !isEnd });
    const found = csvRecords(text, delimiter, isEnd);
    for (;;) {
      const { done, value } = found.next();
      if (done) {
        left = text.slice(value);
        return;
      }
      records.push(value);
    }
  };

  const head = new TextDecoder(encoding.replace('-bom', '')).decode(first, { stream: true });
  const dialect = csvDialect(head, first.length === sizeBytes);
  const { delimiter, header } = dialect ?? { delimiter: ',', header: null };
  take(first, delimiter);
  if (header) records.shift();
  const width = Math.max(header?.length ?? 0, ...records.slice(0, 1000).map(({ length }) => length));
  const table: Table = {
    columns: Array.from(
      { length: Math.min(width, MOST_COLUMNS) },
      (_, i) => header?.[i] ?? `Column ${i + 1}`,
    ),
    allColumns: width,
    rows: records.length,
    rest: restOf(readBytes),
    cells: async (from, end) =>
      records.slice(from, end).map(fields => fields.slice(0, MOST_COLUMNS).map(cellText)),
    async readOn() {
      const length = Math.min(PART_BYTES, sizeBytes - readBytes);
      take(await source.read(readBytes, length, signal), delimiter);
      table.rows = records.length;
      table.rest = restOf(readBytes);
    },
  };
  return table;

  function restOf(read: number): Table['rest'] {
    if (read >= MOST_BYTES) return 'too-many';
    return read >= sizeBytes ? 'none' : 'more';
  }
}
