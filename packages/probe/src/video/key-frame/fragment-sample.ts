import type { RangeReader } from '../../range-reader.ts';
import { type Box, boxesIn, readBox } from '../iso/boxes.ts';
import { type Defaults, readFragmentHeader, readRunHeader } from '../iso/fragments.ts';
import type { SampleRange } from './key-frame.ts';

const MOST_BOXES = 32;
const HAS_SIZE = 0x200;
const HAS_DURATION = 0x100;

interface Wanted {
  id: number;
  defaults: Defaults;
}

/** The first sample of the first fragment of a track: a fragment begins with a key frame. */
export async function firstFragmentSample(
  reader: RangeReader,
  from: number,
  wanted: Wanted,
): Promise<SampleRange | undefined> {
  for (let at = from, count = 0; at + 8 <= reader.sizeBytes && count < MOST_BOXES; count++) {
    const box = await readBox(reader, at, reader.sizeBytes);
    if (!box) return undefined;
    const sample = box.type === 'moof' ? await sampleIn(reader, box, wanted) : undefined;
    if (sample) return sample;
    at = box.end;
  }
  return undefined;
}

async function sampleIn(
  reader: RangeReader,
  moof: Box,
  { id, defaults }: Wanted,
): Promise<SampleRange | undefined> {
  for await (const traf of boxesIn(reader, moof)) {
    if (traf.type !== 'traf') continue;
    let header: Awaited<ReturnType<typeof readFragmentHeader>> | undefined;
    for await (const box of boxesIn(reader, traf)) {
      if (box.type === 'tfhd') header = await readFragmentHeader(reader, box, defaults);
      if (box.type !== 'trun' || header?.id !== id) continue;
      const run = await readRunHeader(reader, box);
      if (run.count === 0) continue;
      const sizeAt = box.content + run.headerBytes + (run.flags & HAS_DURATION ? 4 : 0);
      const length = run.flags & HAS_SIZE ? (await reader.view(sizeAt, 4)).getUint32(0) : header.sizeBytes;
      return { offset: (header.dataOffset ?? moof.start) + run.dataOffset, length };
    }
  }
  return undefined;
}
