import type { RangeReader } from '../../range-reader.ts';
import { Timing } from '../timing.ts';
import { type Element, headerAt, unsigned } from './ebml.ts';
import * as ids from './ids.ts';
import type { Segment } from './segment.ts';
import { type MatroskaTrack, needsFrame } from './tracks.ts';

/** What the walk may cost; what it has not seen is estimated. */
const MOST_REQUESTS = 3;
const MOST_ELEMENTS = 4000;
/** As many frames as show a rate: then no request is made for more. */
const ENOUGH_FRAMES = 30;
const FRAME_HEADER_BYTES = 4096;
/** Frames at the end of a walk may have a later frame shown before them. */
const REORDERED_FRAMES = 5;
const TAIL_BYTES = 128 * 1024;
/** What is entered rather than skipped; all else is passed over. So sizes need not be known, and nothing nests. */
const AFTER_MEDIA = new Set([ids.CUES, ids.TAGS]);
const ENTERED = new Set([ids.CLUSTER, ids.BLOCK_GROUP]);

export interface Sampled {
  /** Of the frames that were seen, without the last one. */
  timing: Timing;
  count: number;
  firstFrame: Uint8Array;
  /** The walk reached the end. */
  isWhole: boolean;
}

/** Walks over blocks from the first cluster on, as far as a few requests reach. */
export async function sampleBlocks(
  reader: RangeReader,
  { firstCluster, end }: Segment,
  track: MatroskaTrack,
): Promise<Sampled> {
  const times: number[] = [];
  let firstFrame: Uint8Array = new Uint8Array();
  let next = firstCluster ?? end;
  const { requests } = reader.spent;
  for await (const step of stepsFrom(reader, next, end)) {
    next = step.next;
    if (step.block?.track === track.number) {
      if (times.length === 0 && needsFrame(track))
        firstFrame = await reader.upTo(step.block.frame, FRAME_HEADER_BYTES);
      times.push(step.block.time);
    }
    if (times.length >= ENOUGH_FRAMES && reader.spent.requests > requests) break;
  }
  const isWhole = next >= end;
  return { timing: timingOf(times, isWhole), count: times.length, firstFrame, isWhole };
}

/** One element of the walk. */
interface Step {
  /** Where the walk goes on; the end where no more blocks follow. */
  next: number;
  block?: Block;
}

interface Block {
  track: number;
  /** In ticks. */
  time: number;
  /** Where its first frame begins. */
  frame: number;
}

/** The elements from the first cluster on, until the end or until they cost too much. */
async function* stepsFrom(reader: RangeReader, from: number, end: number): AsyncGenerator<Step> {
  const requests = reader.spent.requests + MOST_REQUESTS;
  let clusterTime = 0;
  let at = from;
  for (let count = 0; at < end; count++) {
    if (count >= MOST_ELEMENTS || reader.spent.requests >= requests) return;
    const bytes = await reader.upTo(at, 24);
    const element = headerAt(bytes, 0, at);
    if (!element) return;
    const content = bytes.subarray(element.content - at);
    if (element.id === ids.TIMESTAMP) clusterTime = unsigned(content.subarray(0, lengthOf(element))) ?? 0;
    const isBlock = element.id === ids.SIMPLE_BLOCK || element.id === ids.BLOCK;
    const block = isBlock ? blockIn(content, element.content, clusterTime) : undefined;
    const next = ENTERED.has(element.id) ? element.content : element.end;
    if (next === null) return;
    at = AFTER_MEDIA.has(element.id) ? end : next;
    yield { next: at, ...(block ? { block } : {}) };
  }
}

const lengthOf = ({ content, end }: Element) => (end === null ? 0 : end - content);

/** RFC 9559, 10.1 and 10.2: the track, the time from that of the cluster, flags, then frames. */
function blockIn(content: Uint8Array, offset: number, clusterTime: number): Block | undefined {
  const first = content[0] ?? 0;
  const isShort = first >= 0x80;
  const track = isShort ? first & 0x7f : ((first & 0x3f) << 8) | (content[1] ?? 0);
  const at = isShort ? 1 : 2;
  if (first < 0x40 || content.length < at + 3) return undefined;
  const relative = ((content[at]! << 24) >> 16) | content[at + 1]!;
  return { track, time: clusterTime + relative, frame: offset + at + 3 };
}

function timingOf(times: number[], isWhole: boolean): Timing {
  const shown = times.toSorted((a, b) => a - b);
  const known = isWhole || shown.length <= 2 * REORDERED_FRAMES ? shown : shown.slice(0, -REORDERED_FRAMES);
  const timing = new Timing();
  for (let i = 1; i < known.length; i++) timing.add(1, known[i]! - known[i - 1]!);
  return timing;
}

/** When the last block begins, in seconds: what a recording that was never finished does not state. */
export async function endOfBlocks(reader: RangeReader, segment: Segment): Promise<number | null> {
  const from = Math.max(segment.firstCluster ?? 0, segment.end - TAIL_BYTES);
  const tail = await reader.upTo(from, segment.end - from);
  const cluster = lastCluster(tail);
  if (cluster === undefined) return null;
  let last: number | null = null;
  for await (const { block } of stepsFrom(reader, from + cluster, segment.end))
    if (block) last = Math.max(last ?? 0, block.time);
  return last === null ? null : (last * segment.timestampScale) / 1e9;
}

function lastCluster(tail: Uint8Array): number | undefined {
  for (let at = tail.length - 8; at >= 0; at--)
    if (tail[at] === 0x1f && headerAt(tail, at)?.id === ids.CLUSTER) return at;
  return undefined;
}
