import type { MediaFacts, MediaWarning } from '@mooring/contract';
import type { Findings, Format } from '../../format.ts';
import type { RangeReader } from '../../range-reader.ts';
import { estimateFrames } from '../timing.ts';
import { endOfBlocks, sampleBlocks } from './blocks.ts';
import { childrenOf, headerAt, text } from './ebml.ts';
import * as ids from './ids.ts';
import { readSegment, type Segment } from './segment.ts';
import { type MatroskaTrack, pictureOf, soundOf } from './tracks.ts';

const docType = (head: Uint8Array) => {
  const header = headerAt(head, 0);
  if (header?.id !== ids.EBML || header.end === null) return undefined;
  return text(childrenOf(head.subarray(header.content, header.end)).get(ids.DOC_TYPE));
};

/** Matroska and WebM. The number of frames is exact only where few requests reach the end of the file. */
const matroska = (type: 'matroska' | 'webm', mediaType: string, extensions: string[]): Format => ({
  id: type,
  mediaType: `video/${mediaType}`,
  kind: 'video',
  extensions,
  recognises: head => docType(head) === type,
  read: reader => readMatroska(reader, mediaType),
});

export const MATROSKA = matroska('matroska', 'x-matroska', ['mkv', 'mka', 'mks', 'mk3d']);
export const WEBM = matroska('webm', 'webm', ['webm', 'weba']);

async function readMatroska(reader: RangeReader, mediaType: string): Promise<Findings> {
  const segment = await readSegment(reader);
  const video = segment.tracks.find(({ type }) => type === 'video');
  const sounds = segment.tracks.filter(({ type }) => type === 'audio');
  const warnings: MediaWarning[] = [];
  if (segment.missingBytes > 0)
    warnings.push({
      code: 'truncated',
      message: `The file says that it has ${segment.missingBytes} bytes more than it has.`,
    });
  let { durationSeconds } = segment;
  if (durationSeconds === null && segment.firstCluster !== null) {
    durationSeconds = await endOfBlocks(reader, segment);
    warnings.push({
      code: 'estimated',
      message: 'The file does not say how long it lasts. Its last part does.',
    });
  }
  const kind = video ? 'video' : 'audio';
  const facts: Partial<MediaFacts> = {
    mediaType: `${kind}/${mediaType}`,
    kind,
    durationSeconds,
    audioTracks: sounds.length,
    ...soundFacts(sounds[0], !video),
    ...(video ? await videoFacts(reader, segment, video, durationSeconds) : {}),
  };
  return { facts, warnings };
}

function soundFacts(track: MatroskaTrack | undefined, isAudio: boolean): Partial<MediaFacts> {
  if (!track) return {};
  const { audioCodec, sampleRateHz, channels, bitDepth } = soundOf(track);
  return {
    audioCodec,
    sampleRateHz: sampleRateHz ?? null,
    channels: channels ?? null,
    ...(isAudio ? { bitDepth: bitDepth ?? null } : {}),
  };
}

/** A file that states another rate than its first frames have varies later on. */
const EQUAL_RATES = 0.02;

async function videoFacts(
  reader: RangeReader,
  segment: Segment,
  video: MatroskaTrack,
  durationSeconds: number | null,
): Promise<Partial<MediaFacts>> {
  const { timing, count, firstFrame, isWhole } = await sampleBlocks(reader, segment, video);
  const { codec, width, height, bitDepth, pixelFormat } = pictureOf(video, firstFrame);
  const sampled = (timing.samplesPerTick * 1e9) / segment.timestampScale;
  const stated = video.defaultDuration ? 1e9 / video.defaultDuration : sampled;
  const isVariable = timing.isVariable || Math.abs(stated - sampled) > stated * EQUAL_RATES;
  const counted = isWhole && durationSeconds ? count / durationSeconds : stated;
  const fps = (isVariable ? counted : stated) || null;
  const frames = isWhole ? count : estimateFrames(fps, durationSeconds);
  return {
    codec: codec ?? null,
    width: width ?? null,
    height: height ?? null,
    bitDepth: bitDepth ?? null,
    pixelFormat: pixelFormat ?? null,
    fps,
    frameRate: timing.samples > 0 ? (isVariable ? 'variable' : 'constant') : null,
    frames,
    framesExact: frames === null ? null : isWhole,
  };
}
