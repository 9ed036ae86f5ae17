import type { Sound } from '../../audio/aac.ts';
import type { Picture } from '../codecs/picture.ts';
import type { StatedSound } from './sample-entry.ts';

const fixed = (bitDepth: number, pixelFormat: string): Picture => ({ bitDepth, pixelFormat });

/** Sample entries whose name says what their pixels are. */
export const VISUAL_ENTRIES: Readonly<Record<string, Picture>> = {
  v210: fixed(10, 'yuv422p10le'),
  '2vuy': fixed(8, 'uyvy422'),
  s263: fixed(8, 'yuv420p'),
  h263: fixed(8, 'yuv420p'),
};

/** ffmpeg's names for sample entries of sound, and for object types of `esds` in hexadecimal. */
export const SOUND_ENTRIES: Readonly<Record<string, string>> = {
  'ac-3': 'ac3',
  'ec-3': 'eac3',
  'ac-4': 'ac4',
  Opus: 'opus',
  fLaC: 'flac',
  alac: 'alac',
  '.mp3': 'mp3',
  mp4a: 'aac',
  ulaw: 'pcm_mulaw',
  alaw: 'pcm_alaw',
  samr: 'amr_nb',
  sawb: 'amr_wb',
  ima4: 'adpcm_ima_qt',
  dtsc: 'dts',
  dtsh: 'dts',
  '69': 'mp3',
  '6b': 'mp3',
  a5: 'ac3',
  a6: 'eac3',
  a9: 'dts',
  ad: 'opus',
  dd: 'vorbis',
};

const KEEPS_DEPTH = ['alac', 'flac'];

/** What a sample entry without `esds` says of its sound. */
export function soundOf(type: string, stated: StatedSound, parts: Map<string, Uint8Array>): Sound {
  const { channels, sampleRateHz } = stated;
  const isLittle = parts.get('enda')?.[1] === 1;
  const pcm = pcmOf(type, stated, isLittle);
  if (pcm) return { ...pcm, channels, sampleRateHz };
  const audioCodec = SOUND_ENTRIES[type] ?? type;
  return {
    audioCodec,
    channels,
    sampleRateHz,
    ...(KEEPS_DEPTH.includes(audioCodec) ? { bitDepth: stated.bitDepth } : {}),
  };
}

function pcmOf(type: string, { bitDepth, flags }: StatedSound, isLittle: boolean): Sound | undefined {
  const named = (kind: string, depth: number, little: boolean): Sound => ({
    audioCodec: `pcm_${kind}${depth}${depth === 8 ? '' : little ? 'le' : 'be'}`,
    bitDepth: depth,
  });
  switch (type) {
    case 'sowt':
      return named('s', bitDepth, true);
    case 'twos':
      return named('s', bitDepth, false);
    case 'raw ':
      return named('u', 8, true);
    case 'in24':
      return named('s', 24, isLittle);
    case 'in32':
      return named('s', 32, isLittle);
    case 'fl32':
      return named('f', 32, isLittle);
    case 'fl64':
      return named('f', 64, isLittle);
    case 'lpcm':
      return named(flags & 1 ? 'f' : flags & 4 ? 's' : 'u', bitDepth, (flags & 2) === 0);
    default:
      return undefined;
  }
}
