import type { MediaFacts, MediaWarning } from '@mooring/contract';
import type { Findings, Format } from '../../format.ts';
import { malformed } from '../../probe-error.ts';
import { HEAD_BYTES, type RangeReader } from '../../range-reader.ts';
import { readAvcStream, readHevcStream } from '../codecs/annex-b.ts';
import type { Picture } from '../codecs/picture.ts';
import { estimateFrames, Timing } from '../timing.ts';
import { readMpegSequence } from './mpeg2-sequence.ts';
import { layoutOf, packetsIn } from './packets.ts';
import { readElementary, TICKS_PER_SECOND, TIME_WRAP } from './pes.ts';
import { soundIn } from './sound.ts';
import { readStreams, type Stream } from './tables.ts';

/** More of the head is read where one block holds too few frames to see a rate. */
const MORE_HEAD_BYTES = 256 * 1024;
const ENOUGH_FRAMES = 10;
/** Frames at the end of the head may have a later frame shown before them. */
const REORDERED_FRAMES = 4;
const TAIL_BYTES = 128 * 1024;

export const MPEG_TS: Format = {
  id: 'mpeg-ts',
  mediaType: 'video/mp2t',
  kind: 'video',
  extensions: ['ts', 'm2ts', 'mts', 'm2t', 'tsv', 'tsa'],
  recognises: head => layoutOf(head) !== undefined,
  read: readTransportStream,
};

async function readTransportStream(reader: RangeReader): Promise<Findings> {
  const tailFrom = Math.max(0, reader.sizeBytes - TAIL_BYTES);
  reader.prefetch(tailFrom, TAIL_BYTES);
  const { main, sounds, begin, soundBytes, layout } = await readBeginning(reader);
  const tail = await reader.upTo(tailFrom, TAIL_BYTES);
  const last = readElementary(packetsIn(tail, tailFrom, layout), main.pid).times;
  const timing = timingOf(begin.times);
  const step = timing.samples > 0 ? timing.ticks / timing.samples : 0;
  const durationSeconds = spanOf(begin.times, last, step);
  const facts: Partial<MediaFacts> = {
    kind: main.kind === 'video' ? 'video' : 'audio',
    mediaType: main.kind === 'video' ? 'video/mp2t' : 'audio/mp2t',
    durationSeconds,
    audioTracks: sounds.length,
    ...(sounds[0] ? soundIn(sounds[0].codec, soundBytes) : {}),
    ...(main.kind === 'video' ? videoFacts(pictureOf(main, begin.bytes), timing, durationSeconds) : {}),
  };
  return { facts, warnings: [ESTIMATED] };
}

const ESTIMATED: MediaWarning = {
  code: 'estimated',
  message:
    'A transport stream does not say how long it is. Duration and frames come from its first and last times.',
};

/** The stream of pictures, or of sound where there are none; where it begins; and the first sound. */
async function readBeginning(reader: RangeReader) {
  let head = await reader.upTo(0, HEAD_BYTES);
  const layout = layoutOf(head);
  if (!layout) throw malformed('The file is no transport stream.');
  const streams = readStreams([...packetsIn(head, 0, layout)]);
  const sounds = streams.filter(({ kind }) => kind === 'audio');
  const main = streams.find(({ kind }) => kind === 'video') ?? sounds[0];
  if (!main) throw malformed('The beginning of the transport stream names neither pictures nor sound.');
  const elementary = (pid: number) => readElementary(packetsIn(head, 0, layout), pid);
  if (elementary(main.pid).times.length < ENOUGH_FRAMES) head = await reader.upTo(0, MORE_HEAD_BYTES);
  const soundBytes = sounds[0] ? elementary(sounds[0].pid).bytes : new Uint8Array();
  return { main, sounds, begin: elementary(main.pid), soundBytes, layout };
}

function pictureOf({ codec }: Stream, bytes: Uint8Array): Picture {
  if (codec === 'h264') return readAvcStream(bytes) ?? { codec: 'avc1' };
  if (codec === 'hevc') return readHevcStream(bytes) ?? { codec: 'hvc1' };
  if (codec === 'mpeg1video' || codec === 'mpeg2video') return readMpegSequence(bytes) ?? { codec: 'mp4v' };
  return { codec: codec === 'mpeg4' ? 'mp4v.20' : codec };
}

function videoFacts(picture: Picture, timing: Timing, durationSeconds: number | null): Partial<MediaFacts> {
  const fps = timing.samplesPerTick * TICKS_PER_SECOND || picture.fps || null;
  const frames = estimateFrames(fps, durationSeconds);
  return {
    codec: picture.codec ?? null,
    width: picture.width ?? null,
    height: picture.height ?? null,
    bitDepth: picture.bitDepth ?? null,
    pixelFormat: picture.pixelFormat ?? null,
    fps,
    frameRate: timing.samples > 0 ? (timing.isVariable ? 'variable' : 'constant') : null,
    frames,
    framesExact: frames === null ? null : false,
  };
}

/** The steps between frames in the order in which they are shown. */
function timingOf(times: readonly number[]): Timing {
  const shown = unwrapped(times).sort((a, b) => a - b);
  const known = shown.length > 2 * REORDERED_FRAMES ? shown.slice(0, -REORDERED_FRAMES) : shown;
  const timing = new Timing();
  for (let i = 1; i < known.length; i++) timing.add(1, known[i]! - known[i - 1]!);
  return timing;
}

/** From the first time to the end of the last frame, in seconds. */
function spanOf(head: readonly number[], tail: readonly number[], step: number): number | null {
  const times = unwrapped([...head, ...tail]);
  if (times.length < 2) return null;
  const first = times.reduce((low, time) => Math.min(low, time), Infinity);
  const last = times.reduce((high, time) => Math.max(high, time), -Infinity);
  return (last - first + step) / TICKS_PER_SECOND;
}

/** Times that began again continue from before. */
function unwrapped(times: readonly number[]): number[] {
  const first = times[0] ?? 0;
  return times.map(time => (first - time > TIME_WRAP / 2 ? time + TIME_WRAP : time));
}
