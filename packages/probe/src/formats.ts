import { ADTS } from './audio/adts.ts';
import { AIFF } from './audio/aiff.ts';
import { FLAC } from './audio/flac.ts';
import { MP3 } from './audio/mp3.ts';
import { OGG } from './audio/ogg.ts';
import { WAV } from './audio/wav.ts';
import type { Format } from './format.ts';
import { AVI } from './video/avi/avi.ts';
import { MP4, QUICKTIME } from './video/iso/mp4.ts';
import { MATROSKA, WEBM } from './video/matroska/matroska.ts';
import { MPEG_TS } from './video/mpeg-ts/mpeg-ts.ts';

/** All formats. The first that recognises a file reads it, so the stricter ones stand before those that accept more. */
export const FORMATS: readonly Format[] = [
  MP4,
  QUICKTIME,
  MATROSKA,
  WEBM,
  AVI,
  MPEG_TS,
  WAV,
  AIFF,
  FLAC,
  OGG,
  ADTS,
  MP3,
];
