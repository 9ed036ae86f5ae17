import { malformed, ProbeError } from '../../probe-error.ts';
import type { RangeReader } from '../../range-reader.ts';
import { type Box, boxesIn } from '../iso/boxes.ts';
import { readLayout } from '../iso/layout.ts';
import { readMovie } from '../iso/movie.ts';
import type { Track } from '../iso/track.ts';
import { videoOf } from '../iso/video-track.ts';
import { firstFragmentSample } from './fragment-sample.ts';
import { oneFrameMp4 } from './one-frame-mp4.ts';
import { indexedSample } from './sample-tables.ts';

/** Where a frame's bytes are. */
export interface SampleRange {
  offset: number;
  length: number;
}

/** The frames at the very beginning are often black. */
const PART_TO_SKIP = 0.1;
const MOST_FRAME_BYTES = 1 << 20;

/** Where a key frame is, and what a file of that frame alone needs besides. */
export interface FoundKeyFrame extends SampleRange {
  /** The content of `stsd`: how the frame is coded. */
  sampleDescription: Uint8Array;
  /** The content of `tkhd`: how large the picture is, and how it is turned. */
  trackHeader: Uint8Array;
}

/**
 * Finds a key frame of an ISO media file: the first one after a tenth of the video where the index lists key frames, else
 * the first. Reads the index, not the frame.
 * @throws ProbeError
 */
export async function findKeyFrame(reader: RangeReader): Promise<FoundKeyFrame> {
  const layout = await readLayout(reader);
  const movie = await readMovie(reader, layout.moov);
  const track = videoOf(movie.tracks);
  if (!track?.stbl) throw malformed('The file has no video.');
  const range =
    (await indexedSample(reader, track.stbl, PART_TO_SKIP)) ??
    (await firstFragmentSample(reader, layout.next, { id: track.id, defaults: movie.defaults }));
  if (!range || range.length === 0) throw malformed('The file has no frame whose place is known.');
  return {
    ...range,
    sampleDescription: await boxContent(reader, track.stbl, 'stsd'),
    trackHeader: await headerOf(reader, track),
  };
}

/**
 * Reads the frame that `findKeyFrame` finds.
 * @param mostBytes of the frame; frames of ProRes and the like may have more than 1 MiB
 * @returns an MP4 of that one frame, turned as the file is, for `ffmpeg -i pipe:0`
 * @throws ProbeError; `over_budget` where the frame is larger
 */
export async function readKeyFrame(reader: RangeReader, mostBytes = MOST_FRAME_BYTES): Promise<Uint8Array> {
  const frame = await findKeyFrame(reader);
  if (frame.length > mostBytes)
    throw new ProbeError(
      'over_budget',
      `The key frame has ${frame.length} bytes. A picture is made of frames up to ${mostBytes} bytes.`,
    );
  return oneFrameMp4(frame, await reader.read(frame.offset, frame.length));
}

const MOST_BOX_BYTES = 64 * 1024;

async function boxContent(reader: RangeReader, parent: Box, type: string): Promise<Uint8Array> {
  for await (const box of boxesIn(reader, parent))
    if (box.type === type) return reader.read(box.content, Math.min(box.end - box.content, MOST_BOX_BYTES));
  throw malformed(`The video track has no box '${type}'.`);
}

async function headerOf(reader: RangeReader, { tkhd }: Track): Promise<Uint8Array> {
  if (!tkhd) throw malformed("The video track has no header 'tkhd'.");
  return reader.read(tkhd.content, Math.min(tkhd.end - tkhd.content, 96));
}
