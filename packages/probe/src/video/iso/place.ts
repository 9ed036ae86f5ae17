import type { RangeReader } from '../../range-reader.ts';
import { type Box, boxesIn, contentOf } from './boxes.ts';

/** `©xyz` and `loci` hold coordinates (QuickTime File Format; 3GPP TS 26.244, 8.10). */
const PLACES = new Set(['\xa9xyz', 'loci']);
const MOST_KEY_BYTES = 64 * 1024;
const latin1 = new TextDecoder('latin1');

/** Whether user data or metadata say where the recording was made; the values stay unread. */
export async function statesPlace(reader: RangeReader, parent: Box, depth = 0): Promise<boolean> {
  const children = parent.type === 'meta' ? await withoutVersion(reader, parent) : parent;
  for await (const box of boxesIn(reader, children)) {
    if (PLACES.has(box.type)) return true;
    if (box.type === 'keys' && (await namesPlace(reader, box))) return true;
    const isInner = box.type === 'meta' || box.type === 'ilst';
    if (isInner && depth < 2 && (await statesPlace(reader, box, depth + 1))) return true;
  }
  return false;
}

/** QuickTime's `meta` begins with its boxes; ISO's has version and flags before them. */
async function withoutVersion(reader: RangeReader, { content, end }: Box) {
  const start = new Uint8Array(await reader.upTo(content, Math.min(8, end - content)));
  return { content: latin1.decode(start.subarray(4)) === 'hdlr' ? content : content + 4, end };
}

/** Keys such as `com.apple.quicktime.location.ISO6709`. */
async function namesPlace(reader: RangeReader, keys: Box): Promise<boolean> {
  const names = latin1.decode(await contentOf(reader, keys, MOST_KEY_BYTES));
  return names.includes('.location.');
}
