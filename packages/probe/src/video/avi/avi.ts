import type { MediaFacts, MediaWarning } from '@mooring/contract';
import type { Findings, Format } from '../../format.ts';
import { malformed } from '../../probe-error.ts';
import type { RangeReader } from '../../range-reader.ts';
import { type Chunk, chunksIn, fourCharacters } from '../../riff.ts';
import { readAvcStream, readHevcStream } from '../codecs/annex-b.ts';
import { FOURCC_PICTURES } from '../codecs/fourcc.ts';
import { readJpegFrame } from '../codecs/jpeg.ts';
import type { Picture } from '../codecs/picture.ts';
import { inside, listType, readStreams, type Stream } from './streams.ts';

const FRAME_HEADER_BYTES = 4096;
/** An index up to this size is read to count frames. */
const MOST_INDEX_BYTES = 128 * 1024;
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
  const counted =
    idx1 && idx1.sizeBytes <= MOST_INDEX_BYTES ? await countFrames(reader, idx1, index) : undefined;
  const frames = counted ?? (video.length || null);
  const durations = streams.map(({ length, rate }) => (rate > 0 ? length / rate : 0));
  const picture = movi ? await pictureOf(reader, video, { movi, index }) : {};
  const facts: Partial<MediaFacts> = {
    width: video.width || null,
    height: video.height || null,
    codec: picture.codec ?? (video.fourCc || 'raw'),
    bitDepth: picture.bitDepth ?? null,
    pixelFormat: picture.pixelFormat ?? null,
    fps: video.rate || null,
    frameRate: video.rate > 0 ? 'constant' : null,
    durationSeconds: Math.max(...durations) || null,
    frames,
    framesExact: frames === null ? null : true,
    audioTracks: sounds.length,
    audioCodec: sounds[0]?.sound?.audioCodec ?? null,
    sampleRateHz: sounds[0]?.sound?.sampleRateHz ?? null,
    channels: sounds[0]?.sound?.channels ?? null,
  };
  return { facts, warnings: truncatedWarning(missingBytes) };
}

function truncatedWarning(missingBytes: number): MediaWarning[] {
  if (missingBytes <= 0) return [];
  const message = `The file says that it has ${missingBytes} bytes more than it has.`;
  return [{ code: 'truncated', message }];
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

/** Chunks of the stream in the index. One of no bytes repeats the frame before it; players and ffmpeg count it not. */
async function countFrames(reader: RangeReader, idx1: Chunk, stream: number): Promise<number | undefined> {
  const rows = Math.floor(Math.min(idx1.sizeBytes, reader.sizeBytes - idx1.content) / INDEX_ROW_BYTES);
  if (rows < 1) return undefined;
  const view = await reader.view(idx1.content, rows * INDEX_ROW_BYTES);
  const bytes = new Uint8Array(view.buffer, view.byteOffset, view.byteLength);
  let count = 0;
  for (let at = 0; at < bytes.length; at += INDEX_ROW_BYTES)
    if (isFrameOf(fourCharacters(bytes, at), stream) && view.getUint32(at + 12, true) > 0) count++;
  return count;
}

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
