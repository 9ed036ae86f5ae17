import type { MediaFacts, MediaWarning } from '@mooring/contract';
import type { Findings, Format } from '../../format.ts';
import { malformed } from '../../probe-error.ts';
import type { RangeReader } from '../../range-reader.ts';
import { type Chunk, chunksIn, fourCharacters } from '../../riff.ts';
import { readAvcStream, readHevcStream } from '../codecs/annex-b.ts';
import { readAvcConfig } from '../codecs/avc.ts';
import { FOURCC_PICTURES } from '../codecs/fourcc.ts';
import { readHevcConfig } from '../codecs/hevc.ts';
import { readJpegFrame } from '../codecs/jpeg.ts';
import type { Picture } from '../codecs/picture.ts';
import { inside, listType, readStreams, type Stream } from './streams.ts';

const FRAME_HEADER_BYTES = 4096;
/** As much of the index as is read to look for frames that repeat the one before. */
const MOST_INDEX_BYTES = 64 * 1024;
/** A few empty frames make no variable rate. */
const MOSTLY_KEPT = 0.98;
const INDEX_ROW_BYTES = 16;
const H264 = ['H264', 'h264', 'X264', 'x264', 'AVC1', 'avc1'];
const H265 = ['HEVC', 'hevc', 'H265', 'h265', 'hvc1'];
const JPEG = ['MJPG', 'mjpg', 'JPEG', 'jpeg'];
const RAW: Readonly<Record<number, string>> = { 8: 'pal8', 16: 'rgb555le', 24: 'bgr24', 32: 'bgra' };

export const AVI: Format = {
  id: 'avi',
  mediaType: 'video/x-msvideo',
  kind: 'video',
  extensions: ['avi', 'divx'],
  recognises: head => fourCharacters(head, 0) === 'RIFF' && fourCharacters(head, 8) === 'AVI ',
  read: readAvi,
};

async function readAvi(reader: RangeReader): Promise<Findings> {
  const { streams, movi, idx1, missingBytes } = await readLists(reader);
  const index = streams.findIndex(({ type }) => type === 'video');
  const video = streams[index];
  if (!video) throw malformed('The AVI file has no video stream.');
  const sounds = streams.filter(({ type }) => type === 'audio');
  const kept = idx1 ? await framesKept(reader, idx1, index) : ALL_KEPT;
  const frames = Math.round(video.length * kept.share) || null;
  const framesExact = kept.isWhole || kept.share === 1;
  const durations = streams.map(({ length, rate }) => (rate > 0 ? length / rate : 0));
  const picture = movi ? await pictureOf(reader, video, { movi, index }) : {};
  const facts: Partial<MediaFacts> = {
    width: video.width || null,
    height: video.height || null,
    codec: picture.codec ?? (video.fourCc || 'raw'),
    bitDepth: picture.bitDepth ?? null,
    pixelFormat: picture.pixelFormat ?? null,
    fps: video.rate * kept.shareToLast || null,
    frameRate: kept.shareToLast < MOSTLY_KEPT ? 'variable' : 'constant',
    durationSeconds: Math.max(...durations) || null,
    frames,
    framesExact: frames === null ? null : framesExact,
    audioTracks: sounds.length,
    audioCodec: sounds[0]?.sound?.audioCodec ?? null,
    sampleRateHz: sounds[0]?.sound?.sampleRateHz ?? null,
    channels: sounds[0]?.sound?.channels ?? null,
  };
  return { facts, warnings: warningsOf(missingBytes, framesExact) };
}

function warningsOf(missingBytes: number, framesExact: boolean): MediaWarning[] {
  const warnings: MediaWarning[] = [];
  if (missingBytes > 0)
    warnings.push({
      code: 'truncated',
      message: `The file says that it has ${missingBytes} bytes more than it has.`,
    });
  if (!framesExact)
    warnings.push({
      code: 'estimated',
      message: 'Some frames repeat the frame before. The number of the others is an estimate.',
    });
  return warnings;
}

async function readLists(reader: RangeReader) {
  const riff = await reader.view(0, 12);
  const stated = riff.getUint32(4, true) + 8;
  let streams: Stream[] = [];
  let movi: Chunk | undefined;
  let idx1: Chunk | undefined;
  for await (const chunk of chunksIn(reader, { content: 12, end: Math.min(stated, reader.sizeBytes) })) {
    const list = chunk.id === 'LIST' ? await listType(reader, chunk) : '';
    if (list === 'hdrl') streams = await readStreams(reader, chunk);
    if (list === 'movi') movi = chunk;
    if (chunk.id === 'idx1') idx1 = chunk;
    if (idx1) break;
  }
  return { streams, movi, idx1, missingBytes: stated - reader.sizeBytes };
}

interface Kept {
  /** Of the frames, those that have bytes. */
  share: number;
  /** The same without the empty ones at the end, which fill a video up to the length of its sound. */
  shareToLast: number;
  /** The whole index was read. */
  isWhole: boolean;
}

/** A frame of no bytes repeats the one before. The header counts it; ffmpeg and players do not. */
async function framesKept(reader: RangeReader, idx1: Chunk, stream: number): Promise<Kept> {
  const bytes = await reader.upTo(idx1.content, Math.min(idx1.sizeBytes, MOST_INDEX_BYTES));
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  let [all, kept, last] = [0, 0, 0];
  for (let at = 0; at + INDEX_ROW_BYTES <= bytes.length; at += INDEX_ROW_BYTES) {
    if (!isFrameOf(fourCharacters(bytes, at), stream)) continue;
    all++;
    if (view.getUint32(at + 12, true) === 0) continue;
    kept++;
    last = all;
  }
  const isWhole = idx1.sizeBytes <= MOST_INDEX_BYTES;
  return kept > 0 ? { share: kept / all, shareToLast: kept / last, isWhole } : { ...ALL_KEPT, isWhole };
}

const ALL_KEPT: Kept = { share: 1, shareToLast: 1, isWhole: true };

/** Such as `00dc` or `01db`. */
const isFrameOf = (id: string, stream: number): boolean =>
  /^\d\dd[bc]$/.test(id) && Number(id.slice(0, 2)) === stream;

async function pictureOf(
  reader: RangeReader,
  video: Stream,
  at: { movi: Chunk; index: number },
): Promise<Picture> {
  const { fourCc } = video;
  if (fourCc === '') {
    const pixelFormat = RAW[video.bitsPerPixel];
    return { codec: 'raw', ...(pixelFormat ? { pixelFormat, bitDepth: 8 } : {}) };
  }
  const known = FOURCC_PICTURES[fourCc];
  if (known) return known;
  if (![...H264, ...H265, ...JPEG].includes(fourCc)) return { codec: fourCc };
  const { settings } = video;
  if (settings[0] === 1 && H264.includes(fourCc)) return readAvcConfig(settings);
  if (settings[0] === 1 && H265.includes(fourCc)) return readHevcConfig(settings);
  const frame = await firstFrame(reader, at);
  if (H264.includes(fourCc)) return readAvcStream(frame) ?? { codec: fourCc };
  if (H265.includes(fourCc)) return readHevcStream(frame) ?? { codec: fourCc };
  return { codec: 'mjpeg', ...readJpegFrame(frame) };
}

/** The beginning of the first frame; it may stand in a list `rec `. */
async function firstFrame(
  reader: RangeReader,
  { movi, index }: { movi: Chunk; index: number },
): Promise<Uint8Array> {
  for await (const chunk of chunksIn(reader, inside(movi))) {
    if (isFrameOf(chunk.id, index))
      return reader.upTo(chunk.content, Math.min(chunk.sizeBytes, FRAME_HEADER_BYTES));
    if (chunk.id !== 'LIST') continue;
    for await (const inner of chunksIn(reader, inside(chunk)))
      if (isFrameOf(inner.id, index))
        return reader.upTo(inner.content, Math.min(inner.sizeBytes, FRAME_HEADER_BYTES));
  }
  return new Uint8Array();
}
