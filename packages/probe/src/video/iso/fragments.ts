import { malformed } from '../../probe-error.ts';
import type { RangeReader } from '../../range-reader.ts';
import { type Box, boxesIn, checkRows, contentOf, readBox } from './boxes.ts';
import type { Track } from './track.ts';

/** Requests that the walk over fragments may make. What lies beyond is estimated. */
const MOST_REQUESTS = 4;
const MOST_FRAGMENTS = 20_000;
/** A run of equal samples needs no bytes for them, so a count says nothing about a file's size. */
const MOST_SAMPLES_IN_RUN = 1_000_000;

/** Step and size of the samples of a track where a fragment states none, from `trex`. */
export type Defaults = Map<number, { step: number; sizeBytes: number }>;

/** How far the walk over the fragments came. */
export interface Walk {
  /** False where there are more than a few requests can read. */
  isWhole: boolean;
  /** How far the last box reaches beyond the end of the file. */
  missingBytes: number;
}

/**
 * Adds the samples of the fragments to their tracks.
 * @param from where a box begins, before the first fragment
 * @throws ProbeError `malformed`
 */
export async function addFragments(
  reader: RangeReader,
  from: number,
  tracks: readonly Track[],
  defaults: Defaults,
): Promise<Walk> {
  const requests = reader.spent.requests + MOST_REQUESTS;
  let count = 0;
  let at = from;
  while (at + 8 <= reader.sizeBytes) {
    if (reader.spent.requests >= requests || ++count > MOST_FRAGMENTS)
      return { isWhole: false, missingBytes: 0 };
    const box = await readBox(reader, at, reader.sizeBytes);
    if (!box) break;
    at = box.end;
    if (box.type === 'moof' && box.end <= reader.sizeBytes) await addFragment(reader, box, tracks, defaults);
  }
  return { isWhole: true, missingBytes: Math.max(0, at - reader.sizeBytes) };
}

/** Adds the samples of one fragment, and when it starts. */
export async function addFragment(
  reader: RangeReader,
  moof: Box,
  tracks: readonly Track[],
  defaults: Defaults,
): Promise<void> {
  for await (const traf of boxesIn(reader, moof)) {
    if (traf.type !== 'traf') continue;
    let header = { id: 0, step: 0, sizeBytes: 0 };
    for await (const box of boxesIn(reader, traf)) {
      if (box.type === 'tfhd') header = await readFragmentHeader(reader, box, defaults);
      const track = tracks.find(({ id }) => id === header.id);
      if (track && box.type === 'tfdt') track.start = await readStart(reader, box);
      if (track && box.type === 'trun') await addRun(reader, box, track, header.step);
    }
  }
}

/** ISO/IEC 14496-12, 8.8.12. */
async function readStart(reader: RangeReader, tfdt: Box): Promise<number> {
  const view = await contentOf(reader, tfdt, 12);
  if (view.byteLength < 8) throw malformed('A fragment does not say when it starts.');
  return view.getUint8(0) === 1 && view.byteLength >= 12 ? Number(view.getBigUint64(4)) : view.getUint32(4);
}

/** ISO/IEC 14496-12, 8.8.7. */
export async function readFragmentHeader(reader: RangeReader, tfhd: Box, defaults: Defaults) {
  const view = await contentOf(reader, tfhd, 40);
  if (view.byteLength < 8) throw malformed('A fragment does not say to which track it belongs.');
  const flags = view.getUint32(0);
  const id = view.getUint32(4);
  const fallback = defaults.get(id) ?? { step: 0, sizeBytes: 0 };
  let at = 8;
  const next = (flag: number, bytes: number): number | undefined => {
    if (!(flags & flag)) return undefined;
    at += bytes;
    if (at > view.byteLength) throw malformed('The header of a fragment ends too early.');
    return bytes === 8 ? Number(view.getBigUint64(at - 8)) : view.getUint32(at - 4);
  };
  const dataOffset = next(1, 8);
  next(2, 4);
  const step = next(8, 4) ?? fallback.step;
  const sizeBytes = next(16, 4) ?? fallback.sizeBytes;
  return { id, step, sizeBytes, dataOffset };
}

/** ISO/IEC 14496-12, 8.8.8: which fields each sample has is in the flags. */
export async function readRunHeader(reader: RangeReader, trun: Box) {
  const view = await contentOf(reader, trun, 16);
  if (view.byteLength < 8) throw malformed('A run of samples ends too early.');
  const flags = view.getUint32(0) & 0xffffff;
  const count = view.getUint32(4);
  const fields = [0x100, 0x200, 0x400, 0x800].filter(field => flags & field);
  const headerBytes = 8 + (flags & 1 ? 4 : 0) + (flags & 4 ? 4 : 0);
  checkRows(trun, count, fields.length * 4, headerBytes);
  if (count > MOST_SAMPLES_IN_RUN) throw malformed(`A run says that it has ${count} samples.`);
  const dataOffset = flags & 1 && view.byteLength >= 12 ? view.getInt32(8) : 0;
  return { flags, count, rowBytes: fields.length * 4, headerBytes, dataOffset };
}

async function addRun(reader: RangeReader, trun: Box, { timing }: Track, step: number): Promise<void> {
  const { flags, count, rowBytes, headerBytes } = await readRunHeader(reader, trun);
  if (!(flags & 0x100)) return timing.add(count, step);
  if (count === 0) return;
  const rows = await reader.view(trun.content + headerBytes, count * rowBytes);
  for (let i = 0; i < count; i++) timing.add(1, rows.getUint32(i * rowBytes));
}
