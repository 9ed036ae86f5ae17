import { malformed } from '../../probe-error.ts';
import type { RangeReader } from '../../range-reader.ts';
import { Timing } from '../timing.ts';
import { type Box, boxesIn, checkRows, contentOf, fourCc } from './boxes.ts';
import { readSampleEntry, type SampleEntry } from './sample-entry.ts';
import { countSamples, tablesIn } from './tables.ts';

/** As many rows of `stts` as one block holds. A longer table is one of a variable rate, whose first rows say so. */
const MOST_STEPS = 8000;
const MOST_ENTRY_BYTES = 16 * 1024;

/** The boxes whose content is boxes, on the way from a track to its tables. */
const CONTAINERS = new Set(['mdia', 'minf', 'stbl']);
/** The tables of which facts are made stand first. Those behind them may be large, and each costs a request. */
const FACTS = ['stsd', 'stts'];

/** A track of a movie, with what its index says; fragments add to `timing`. */
export interface Track {
  id: number;
  /** `vide`, `soun` or another kind. */
  handler: string;
  /** Clockwise, in degrees; null where the matrix is no turn by quarters. */
  rotation: 0 | 90 | 180 | 270 | null;
  isMirrored: boolean;
  /** Ticks a second. */
  timescale: number;
  entry: SampleEntry;
  /** Ways of coding that its samples use. */
  entries: number;
  timing: Timing;
  /** When the fragment that was read last starts, in ticks. */
  start?: number;
  /** Its header. */
  tkhd: Box | undefined;
  /** Around the tables of its samples. */
  stbl: Box | undefined;
}

/** @throws ProbeError */
export async function readTrack(reader: RangeReader, trak: Box): Promise<Track> {
  const boxes = new Map<string, Box>();
  await collect(reader, trak, boxes);
  const header = await readHeader(reader, boxes.get('tkhd'));
  const handlerBox = boxes.get('hdlr');
  const handler = handlerBox ? await contentOf(reader, handlerBox, 12) : undefined;
  const handlerType =
    handler && handler.byteLength >= 12 ? fourCc(new Uint8Array(handler.buffer, handler.byteOffset), 8) : '';
  const stsd = boxes.get('stsd');
  const content = stsd ? await contentOf(reader, stsd, MOST_ENTRY_BYTES) : new DataView(new ArrayBuffer(0));
  return {
    ...header,
    handler: handlerType,
    timescale: await readTimescale(reader, boxes.get('mdhd')),
    entry: readSampleEntry(content, handlerType),
    entries: content.byteLength >= 8 ? content.getUint32(4) : 0,
    timing: await readTiming(reader, boxes),
    tkhd: boxes.get('tkhd'),
    stbl: boxes.get('stbl'),
  };
}

/** Four levels, each known by name: a file cannot nest deeper than this reads. */
async function collect(reader: RangeReader, parent: Box, boxes: Map<string, Box>, depth = 0): Promise<void> {
  for await (const box of boxesIn(reader, parent)) {
    if (!boxes.has(box.type)) boxes.set(box.type, box);
    if (CONTAINERS.has(box.type) && depth < 3) await collect(reader, box, boxes, depth + 1);
    if (parent.type === 'stbl' && FACTS.every(type => boxes.has(type))) return;
  }
}

async function readHeader(reader: RangeReader, tkhd: Box | undefined) {
  const upright = { id: 0, rotation: 0 as const, isMirrored: false };
  if (!tkhd) return upright;
  const view = await contentOf(reader, tkhd, 96);
  const isLong = view.byteLength > 0 && view.getUint8(0) === 1;
  const matrix = isLong ? 52 : 40;
  if (view.byteLength < matrix + 20) return upright;
  const [a, b, c, d] = [0, 4, 12, 16].map(at => view.getInt32(matrix + at)) as [
    number,
    number,
    number,
    number,
  ];
  return { id: view.getUint32(isLong ? 20 : 12), rotation: rotationOf(a, b), isMirrored: a * d - b * c < 0 };
}

/** The first row of the matrix is where the picture's right side points to. */
function rotationOf(a: number, b: number): Track['rotation'] {
  const degrees = (Math.round((Math.atan2(b, a) * 180) / Math.PI) + 360) % 360;
  return degrees === 0 || degrees === 90 || degrees === 180 || degrees === 270 ? degrees : null;
}

async function readTimescale(reader: RangeReader, mdhd: Box | undefined): Promise<number> {
  if (!mdhd) return 0;
  const view = await contentOf(reader, mdhd, 24);
  if (view.byteLength < 24) return 0;
  return view.getUint32(view.getUint8(0) === 1 ? 20 : 12);
}

async function readTiming(reader: RangeReader, boxes: Map<string, Box>): Promise<Timing> {
  const timing = new Timing();
  const stts = boxes.get('stts');
  if (!stts) return timing;
  const count = (await reader.view(stts.content, 8)).getUint32(4);
  checkRows(stts, count, 8);
  const rows = Math.min(count, MOST_STEPS);
  const view = rows > 0 ? await reader.view(stts.content + 8, rows * 8) : undefined;
  for (let i = 0; i < rows; i++) timing.add(view!.getUint32(i * 8), view!.getUint32(i * 8 + 4));
  if (rows < count) await completeTiming(reader, boxes, timing);
  return timing;
}

/** Where `stts` was not read to its end, `stsz` says how many samples there are, and `mdhd` how long they last. */
async function completeTiming(reader: RangeReader, boxes: Map<string, Box>, timing: Timing): Promise<void> {
  const mdhd = boxes.get('mdhd');
  const view = mdhd && (await contentOf(reader, mdhd, 32));
  if (!view || view.byteLength < 32) throw malformed("A track has no header 'mdhd'.");
  timing.ticks = view.getUint8(0) === 1 ? Number(view.getBigUint64(24)) : view.getUint32(16);
  timing.samples = await countSamples(reader, await tablesIn(reader, boxes.get('stbl')!));
}
