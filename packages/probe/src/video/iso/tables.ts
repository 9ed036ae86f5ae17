import { malformed } from '../../probe-error.ts';
import type { RangeReader } from '../../range-reader.ts';
import { type Box, boxesIn, checkRows } from './boxes.ts';

/** The tables of a track's samples, by type. */
export async function tablesIn(reader: RangeReader, stbl: Box): Promise<Map<string, Box>> {
  const tables = new Map<string, Box>();
  for await (const box of boxesIn(reader, stbl)) if (!tables.has(box.type)) tables.set(box.type, box);
  return tables;
}

/** The number of samples in the index. */
export async function countSamples(reader: RangeReader, tables: Map<string, Box>): Promise<number> {
  const sizes = tables.get('stsz') ?? tables.get('stz2');
  if (!sizes) return 0;
  const view = await reader.view(sizes.content, 12);
  const count = view.getUint32(8);
  const isEqual = sizes.type === 'stsz' && view.getUint32(4) > 0;
  const sizeBits = sizes.type === 'stsz' ? 32 : view.getUint8(7);
  if (!isEqual) checkRows(sizes, count, sizeBits / 8, 12);
  return count;
}

/** Where a chunk, counted from 0, begins in the file. */
export async function chunkOffset(
  reader: RangeReader,
  tables: Map<string, Box>,
  chunk: number,
): Promise<number> {
  const table = tables.get('stco') ?? tables.get('co64');
  if (!table) throw malformed('The video track does not say where its data is.');
  const rowBytes = table.type === 'co64' ? 8 : 4;
  checkRows(table, chunk + 1, rowBytes);
  const view = await reader.view(table.content + 8 + chunk * rowBytes, rowBytes);
  return rowBytes === 8 ? Number(view.getBigUint64(0)) : view.getUint32(0);
}
