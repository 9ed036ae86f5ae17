import { malformed } from '../../probe-error.ts';
import type { RangeReader } from '../../range-reader.ts';
import { type Box, checkRows } from '../iso/boxes.ts';
import { chunkOffset, countSamples, tablesIn } from '../iso/tables.ts';
import type { SampleRange } from './key-frame.ts';

const MOST_ROWS = 8192;

/**
 * Finds a key frame through the tables of a track (ISO/IEC 14496-12, 8.6.2 and 8.7).
 * @param part of the samples to pass over
 * @returns undefined where the index lists no samples, as in files of fragments
 */
export async function indexedSample(
  reader: RangeReader,
  stbl: Box,
  part: number,
): Promise<SampleRange | undefined> {
  const tables = await tablesIn(reader, stbl);
  const samples = await countSamples(reader, tables);
  if (samples === 0) return undefined;
  const sample = await keySample(reader, tables.get('stss'), Math.floor(samples * part));
  const { chunk, before } = await chunkOf(reader, tables.get('stsc'), sample);
  const sizes = await sizesFrom(reader, tables, sample - before, before + 1);
  return {
    offset:
      (await chunkOffset(reader, tables, chunk)) + sizes.slice(0, -1).reduce((sum, size) => sum + size, 0),
    length: sizes.at(-1) ?? 0,
  };
}

async function rowsOf(
  reader: RangeReader,
  table: Box,
  rowBytes: number,
): Promise<{ count: number; rows: DataView }> {
  const count = (await reader.view(table.content, 8)).getUint32(4);
  checkRows(table, count, rowBytes);
  const length = Math.min(count, MOST_ROWS) * rowBytes;
  const rows = length > 0 ? await reader.view(table.content + 8, length) : new DataView(new ArrayBuffer(0));
  return { count: length / rowBytes, rows };
}

/** The first key frame from `from` on, or the last before it; counted from 0. Without a table every sample is one. */
async function keySample(reader: RangeReader, stss: Box | undefined, from: number): Promise<number> {
  if (!stss) return from;
  const { count, rows } = await rowsOf(reader, stss, 4);
  let sample = 0;
  for (let i = 0; i < count; i++) {
    sample = Math.max(0, rows.getUint32(i * 4) - 1);
    if (sample >= from) break;
  }
  return sample;
}

/** The chunk, counted from 0, that a sample is in, and how many samples of it stand before. */
async function chunkOf(
  reader: RangeReader,
  stsc: Box | undefined,
  sample: number,
): Promise<{ chunk: number; before: number }> {
  if (!stsc) throw malformed("The video track has no table 'stsc'.");
  const { count, rows } = await rowsOf(reader, stsc, 12);
  let left = sample;
  for (let i = 0; i < count; i++) {
    const first = rows.getUint32(i * 12) - 1;
    const perChunk = rows.getUint32(i * 12 + 4);
    const next = i + 1 < count ? rows.getUint32((i + 1) * 12) - 1 : Infinity;
    if (perChunk === 0 || next <= first) throw malformed("The table 'stsc' is out of order.");
    if (left < (next - first) * perChunk)
      return { chunk: first + Math.floor(left / perChunk), before: left % perChunk };
    left -= (next - first) * perChunk;
  }
  throw malformed("The table 'stsc' does not reach the key frame.");
}

async function sizesFrom(
  reader: RangeReader,
  tables: Map<string, Box>,
  from: number,
  count: number,
): Promise<number[]> {
  const stsz = tables.get('stsz');
  if (!stsz) throw malformed("The video track has no table 'stsz'.");
  if (count > MOST_ROWS) throw malformed(`More than ${MOST_ROWS} samples stand before the key frame.`);
  const equal = (await reader.view(stsz.content, 12)).getUint32(4);
  if (equal > 0) return Array.from({ length: count }, () => equal);
  if (12 + (from + count) * 4 > stsz.end - stsz.content)
    throw malformed("The table 'stsz' does not reach the key frame.");
  const view = await reader.view(stsz.content + 12 + from * 4, count * 4);
  return Array.from({ length: count }, (_, i) => view.getUint32(i * 4));
}
