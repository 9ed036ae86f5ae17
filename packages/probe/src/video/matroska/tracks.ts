import { readAacConfig, type Sound } from '../../audio/aac.ts';
import { rateFrom } from '../../audio/sound-facts.ts';
import { readAv1Config, readVp9Frame } from '../codecs/av1-vp9.ts';
import { readAvcConfig } from '../codecs/avc.ts';
import { FOURCC_PICTURES } from '../codecs/fourcc.ts';
import { readHevcConfig } from '../codecs/hevc.ts';
import { readJpegFrame } from '../codecs/jpeg.ts';
import type { Picture } from '../codecs/picture.ts';
import { childrenOf, elementsIn, float, text, unsigned } from './ebml.ts';
import * as ids from './ids.ts';

export interface MatroskaTrack {
  number: number;
  type: 'video' | 'audio' | 'other';
  codecId: string;
  /** Settings of the codec. */
  settings: Uint8Array;
  /** Of a frame, in nanoseconds, where the file states it. */
  defaultDuration: number | undefined;
  width: number | undefined;
  height: number | undefined;
  sampleRateHz: number | undefined;
  channels: number | undefined;
  bitDepth: number | undefined;
}

const MOST_TRACKS = 64;
const TYPES = ['other', 'video', 'audio'] as const;

/** @param tracks the content of the element `Tracks` */
export function readTracks(tracks: Uint8Array): MatroskaTrack[] {
  const entries = [...elementsIn(tracks)].filter(({ id }) => id === ids.TRACK_ENTRY);
  return entries.slice(0, MOST_TRACKS).map(({ bytes }) => {
    const entry = childrenOf(bytes);
    const video = childrenOf(entry.get(ids.VIDEO));
    const audio = childrenOf(entry.get(ids.AUDIO));
    return {
      number: unsigned(entry.get(ids.TRACK_NUMBER)) ?? 0,
      type: TYPES[unsigned(entry.get(ids.TRACK_TYPE)) ?? 0] ?? 'other',
      codecId: text(entry.get(ids.CODEC_ID)),
      settings: entry.get(ids.CODEC_PRIVATE) ?? new Uint8Array(),
      defaultDuration: unsigned(entry.get(ids.DEFAULT_DURATION)) || undefined,
      width: unsigned(video.get(ids.PIXEL_WIDTH)),
      height: unsigned(video.get(ids.PIXEL_HEIGHT)),
      sampleRateHz:
        float(audio.get(ids.OUTPUT_SAMPLING_FREQUENCY)) ?? float(audio.get(ids.SAMPLING_FREQUENCY)),
      channels: unsigned(audio.get(ids.CHANNELS)) ?? 1,
      bitDepth: unsigned(audio.get(ids.BIT_DEPTH)),
    };
  });
}

/** Codecs that say only in their frames how these are made. */
export const needsFrame = ({ codecId }: MatroskaTrack): boolean =>
  codecId === 'V_VP9' || codecId === 'V_MJPEG';

/**
 * @param frame the beginning of the first frame, for codecs that `needsFrame` names
 * @throws ProbeError `malformed`
 */
export function pictureOf(track: MatroskaTrack, frame: Uint8Array): Picture {
  const { width, height } = track;
  const picture = codedPicture(track, frame);
  return { ...picture, ...(width ? { width } : {}), ...(height ? { height } : {}) };
}

const plain = (codec: string, pixelFormat = 'yuv420p'): Picture => ({ codec, bitDepth: 8, pixelFormat });

function codedPicture(track: MatroskaTrack, frame: Uint8Array): Picture {
  const { codecId, settings } = track;
  switch (codecId) {
    case 'V_MPEG4/ISO/AVC':
      return readAvcConfig(settings);
    case 'V_MPEGH/ISO/HEVC':
      return readHevcConfig(settings);
    case 'V_AV1':
      return readAv1Config(settings);
    case 'V_VP9':
      return readVp9Frame(frame, (track.width ?? 0) * (track.height ?? 0));
    case 'V_VP8':
      return plain('vp8');
    case 'V_MJPEG':
      return { codec: 'mjpeg', ...readJpegFrame(frame) };
    case 'V_MPEG4/ISO/SP':
    case 'V_MPEG4/ISO/ASP':
      return plain('mp4v.20');
    case 'V_MPEG2':
      return plain('mp4v.61');
    case 'V_MPEG1':
      return plain('mp4v.6A');
    case 'V_MS/VFW/FOURCC':
      return FOURCC_PICTURES[text(settings.subarray(16, 20))] ?? { codec: text(settings.subarray(16, 20)) };
    default:
      return { codec: codecId.replace(/^V_/, '').toLowerCase() };
  }
}

const SOUNDS: Readonly<Record<string, string>> = {
  A_OPUS: 'opus',
  A_VORBIS: 'vorbis',
  A_FLAC: 'flac',
  A_ALAC: 'alac',
  A_AC3: 'ac3',
  A_EAC3: 'eac3',
  A_DTS: 'dts',
  A_TRUEHD: 'truehd',
  'A_MPEG/L3': 'mp3',
  'A_MPEG/L2': 'mp2',
};

export function soundOf({ codecId, settings, sampleRateHz, channels, bitDepth }: MatroskaTrack): Sound {
  if (codecId.startsWith('A_AAC') && settings.length >= 2) return readAacConfig(settings);
  const stated = { sampleRateHz: rateFrom(sampleRateHz ?? 0), channels };
  const pcm = /^A_PCM\/(INT|FLOAT)\/(LIT|BIG|IEEE)$/.exec(codecId);
  if (pcm && bitDepth) {
    const format = bitDepth === 8 ? 'u' : pcm[1] === 'FLOAT' ? 'f' : 's';
    const order = bitDepth === 8 ? '' : pcm[2] === 'BIG' ? 'be' : 'le';
    return { audioCodec: `pcm_${format}${bitDepth}${order}`, ...stated, bitDepth };
  }
  // Opus always plays at 48 kHz (RFC 7845, 5.1).
  if (codecId === 'A_OPUS') stated.sampleRateHz = 48_000;
  const audioCodec = SOUNDS[codecId] ?? codecId.replace(/^A_/, '').toLowerCase();
  return { audioCodec, ...stated, ...(audioCodec === 'flac' || audioCodec === 'alac' ? { bitDepth } : {}) };
}
