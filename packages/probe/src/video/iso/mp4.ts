import type { MediaFacts, MediaWarning } from '@mooring/contract';
import { mpegFrameAt } from '../../audio/mpeg-frame.ts';
import type { Findings, Format } from '../../format.ts';
import type { RangeReader } from '../../range-reader.ts';
import { FRAME_HEADERS } from '../codecs/frame-headers.ts';
import type { Picture } from '../codecs/picture.ts';
import { estimateFrames } from '../timing.ts';
import { fourCc } from './boxes.ts';
import { addFragments, type Walk } from './fragments.ts';
import { endOfFragments } from './last-fragment.ts';
import { readLayout } from './layout.ts';
import { type Movie, readMovie } from './movie.ts';
import { chunkOffset, tablesIn } from './tables.ts';
import type { Track } from './track.ts';
import { videoOf } from './video-track.ts';

/** Brands of pictures and of camera files that use the same boxes. */
const PICTURES = /^(avi[fs]|hei[cxms]|hev[cxms]|mif1|msf1|jp[2xm] |crx |jxl )$/;
/** A file without `ftyp` is one of QuickTime's if it begins with one of its boxes. */
const QUICKTIME_BOXES = ['moov', 'mdat', 'wide', 'free', 'skip', 'pnot'];
/** Sample entries of telemetry: GoPro's and Google's tracks of positions. */
const POSITIONS = ['gpmd', 'camm'];
const FRAME_HEADER_BYTES = 4096;

const brandOf = (head: Uint8Array) => (fourCc(head, 4) === 'ftyp' ? fourCc(head, 8) : undefined);

export const MP4: Format = {
  id: 'mp4',
  mediaType: 'video/mp4',
  kind: 'video',
  extensions: ['mp4', 'm4v', 'm4a', 'm4b', 'm4s', '3gp', '3g2', 'f4v'],
  recognises: head => {
    const brand = brandOf(head);
    return brand !== undefined && brand !== 'qt  ' && !PICTURES.test(brand);
  },
  read: reader => readIsoMedia(reader, { video: 'video/mp4', audio: 'audio/mp4' }),
};

export const QUICKTIME: Format = {
  id: 'mov',
  mediaType: 'video/quicktime',
  kind: 'video',
  extensions: ['mov', 'qt'],
  recognises: (head, sizeBytes) => {
    if (brandOf(head) === 'qt  ') return true;
    if (head.length < 16 || !QUICKTIME_BOXES.includes(fourCc(head, 4))) return false;
    const size = new DataView(head.buffer, head.byteOffset).getUint32(0);
    return size === 1 || (size >= 8 && size <= sizeBytes);
  },
  read: reader => readIsoMedia(reader, { video: 'video/quicktime', audio: 'audio/mp4' }),
};

async function readIsoMedia(reader: RangeReader, types: { video: string; audio: string }): Promise<Findings> {
  const layout = await readLayout(reader);
  const movie = await readMovie(reader, layout.moov);
  const { isWhole, missingBytes } = await readFragments(reader, movie, layout.next);
  const video = videoOf(movie.tracks);
  const sounds = movie.tracks.filter(({ handler }) => handler === 'soun');
  const durationSeconds = movie.durationSeconds || longest(movie.tracks);
  const facts: Partial<MediaFacts> = {
    mediaType: video ? types.video : types.audio,
    kind: video ? 'video' : sounds.length > 0 ? 'audio' : 'other',
    brand: layout.brand,
    durationSeconds,
    faststart: layout.faststart,
    audioTracks: sounds.length,
    ...(await soundFacts(reader, sounds[0], !video)),
    ...(video ? videoFacts(video, await pictureOf(reader, video), { isWhole, durationSeconds }) : {}),
  };
  return { facts, warnings: warningsOf(layout.missingBytes || missingBytes, movie, { video, isWhole }) };
}

async function readFragments(reader: RangeReader, movie: Movie, from: number): Promise<Walk> {
  if (!movie.isFragmented) return { isWhole: true, missingBytes: 0 };
  const walk = await addFragments(reader, from, movie.tracks, movie.defaults);
  if (!walk.isWhole)
    movie.durationSeconds ||= (await endOfFragments(reader, movie.tracks, movie.defaults)) ?? 0;
  return walk;
}

/** Seconds of the longest track: files of fragments do not say how long they are. */
function longest(tracks: readonly Track[]): number | null {
  const seconds = tracks.map(({ timing, timescale }) => (timescale > 0 ? timing.ticks / timescale : 0));
  return Math.max(0, ...seconds) || null;
}

function videoFacts(
  { timing, timescale, rotation }: Track,
  picture: Picture,
  { isWhole, durationSeconds }: { isWhole: boolean; durationSeconds: number | null },
): Partial<MediaFacts> {
  const fps = timing.samplesPerTick * timescale || null;
  const frames = isWhole ? timing.samples : estimateFrames(fps, durationSeconds);
  return {
    width: picture.width ?? null,
    height: picture.height ?? null,
    codec: picture.codec ?? null,
    bitDepth: picture.bitDepth ?? null,
    pixelFormat: picture.pixelFormat ?? null,
    rotation,
    fps,
    frameRate: timing.samples > 1 ? (timing.isVariable ? 'variable' : 'constant') : null,
    frames,
    framesExact: frames === null ? null : isWhole,
  };
}

/** Some codecs say only in their frames how these are made. The first one is near in most files. */
async function pictureOf(reader: RangeReader, { entry, stbl, timing }: Track): Promise<Picture> {
  const readFrame = FRAME_HEADERS[entry.picture.codec ?? entry.type];
  if (!readFrame || !stbl || timing.samples === 0) return entry.picture;
  const at = await chunkOffset(reader, await tablesIn(reader, stbl), 0);
  return { ...entry.picture, ...readFrame(await reader.upTo(at, FRAME_HEADER_BYTES)) };
}

async function soundFacts(
  reader: RangeReader,
  track: Track | undefined,
  isAudio: boolean,
): Promise<Partial<MediaFacts>> {
  const sound = track?.entry.sound;
  if (!sound) return {};
  return {
    audioCodec: sound.audioCodec,
    sampleRateHz: sound.sampleRateHz || track.timescale,
    channels: (await channelsIn(reader, track)) ?? sound.channels ?? null,
    ...(isAudio ? { bitDepth: sound.bitDepth ?? null } : {}),
  };
}

/** MP3 says only in its frames how many channels it has; many writers state two in any case. */
async function channelsIn(reader: RangeReader, { entry, stbl, timing }: Track): Promise<number | undefined> {
  if (entry.sound?.audioCodec !== 'mp3' || !stbl || timing.samples === 0) return undefined;
  const at = await chunkOffset(reader, await tablesIn(reader, stbl), 0);
  return mpegFrameAt(await reader.upTo(at, 4), 0)?.channels;
}

function warningsOf(
  missingBytes: number,
  { tracks, hasPlace }: Movie,
  { video, isWhole }: { video: Track | undefined; isWhole: boolean },
): MediaWarning[] {
  const warnings: MediaWarning[] = [];
  const warn = (code: MediaWarning['code'], message: string) => warnings.push({ code, message });
  if (missingBytes > 0)
    warn('truncated', `The media data ends ${missingBytes} bytes after the end of the file.`);
  if (!isWhole) warn('estimated', 'The file has many fragments. The number of frames is an estimate.');
  if (hasPlace) warn('personal_data', 'The file says where it was recorded.');
  if (tracks.some(({ entry }) => POSITIONS.includes(entry.type)))
    warn('personal_data', 'The file has a track of positions and movements of the camera.');
  if (tracks.some(({ entry }) => entry.isEncrypted)) warn('unusual', 'The content is encrypted.');
  if (!video) return warnings;
  if (video.entries > 1) warn('unusual', 'The codec settings change within the video.');
  if (video.isMirrored) warn('unusual', 'The container asks players to mirror the picture.');
  if (video.rotation === null)
    warn('unusual', 'The container turns the picture by another angle than 90, 180 or 270 degrees.');
  return warnings;
}
