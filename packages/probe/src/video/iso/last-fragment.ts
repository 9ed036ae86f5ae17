import type { RangeReader } from '../../range-reader.ts';
import { Timing } from '../timing.ts';
import { type Box, boxesIn, contentOf, fourCc, readBox } from './boxes.ts';
import { addFragment, type Defaults } from './fragments.ts';
import type { Track } from './track.ts';

/** Where the last fragment is looked for if the file has no index of them. */
const TAIL_BYTES = 128 * 1024;

/**
 * When the last fragment ends, in seconds from the start: the length of a file whose fragments are too many to be read.
 * @returns undefined where it cannot be found in two requests
 */
export async function endOfFragments(
  reader: RangeReader,
  tracks: readonly Track[],
  defaults: Defaults,
): Promise<number | undefined> {
  const from = Math.max(0, reader.sizeBytes - TAIL_BYTES);
  const tail = await reader.upTo(from, TAIL_BYTES);
  const at = (await lastIndexed(reader, tail)) ?? lastIn(tail, from);
  const moof = at === undefined ? undefined : await readBox(reader, at, reader.sizeBytes);
  if (moof?.type !== 'moof' || moof.end > reader.sizeBytes) return undefined;
  const copies = tracks.map(track => ({ ...track, timing: new Timing() }));
  await addFragment(reader, moof, copies, defaults);
  const ends = copies
    .filter(({ timescale, timing }) => timescale > 0 && timing.samples > 0)
    .map(({ timescale, timing, start = 0 }) => (start + timing.ticks) / timescale);
  return ends.length > 0 ? Math.max(...ends) : undefined;
}

/** `mfra` at the very end lists fragments; its last four bytes are its size (ISO/IEC 14496-12, 8.8.9 to 8.8.11). */
async function lastIndexed(reader: RangeReader, tail: Uint8Array): Promise<number | undefined> {
  if (tail.length < 16 || fourCc(tail, tail.length - 12) !== 'mfro') return undefined;
  const size = new DataView(tail.buffer, tail.byteOffset + tail.length - 4).getUint32(0);
  if (size < 24 || size > tail.length) return undefined;
  let last: number | undefined;
  const mfra = { content: reader.sizeBytes - size + 8, end: reader.sizeBytes };
  for await (const box of boxesIn(reader, mfra))
    if (box.type === 'tfra') last = await lastRow(reader, box, last);
  return last;
}

async function lastRow(reader: RangeReader, tfra: Box, last = 0): Promise<number | undefined> {
  const view = await contentOf(reader, tfra, TAIL_BYTES);
  if (view.byteLength < 16) return last;
  const fieldBytes = view.getUint8(0) === 1 ? 8 : 4;
  const lengths = view.getUint8(11);
  const numbers = 3 + ((lengths >> 4) & 3) + ((lengths >> 2) & 3) + (lengths & 3);
  const count = view.getUint32(12);
  const at = 16 + (count - 1) * (2 * fieldBytes + numbers) + fieldBytes;
  if (count === 0 || at + fieldBytes > view.byteLength) return last;
  return Math.max(last, fieldBytes === 8 ? Number(view.getBigUint64(at)) : view.getUint32(at));
}

/** The last box in the tail that looks like a fragment: its first child is its header. */
function lastIn(tail: Uint8Array, from: number): number | undefined {
  for (let at = tail.length - 16; at >= 0; at--)
    if (tail[at + 4] === 0x6d && fourCc(tail, at + 4) === 'moof' && fourCc(tail, at + 12) === 'mfhd')
      return from + at;
  return undefined;
}
