import type { Sound } from './aac.ts';

const EXTENSIBLE = 0xfffe;
const FLOAT = 3;
const PCM = 1;
/** ffmpeg's names for the registered formats (RFC 2361). */
const FORMATS: Readonly<Record<number, string>> = {
  2: 'adpcm_ms',
  6: 'pcm_alaw',
  7: 'pcm_mulaw',
  17: 'adpcm_ima_wav',
  49: 'gsm_ms',
  80: 'mp2',
  85: 'mp3',
  255: 'aac',
  5632: 'aac',
  8192: 'ac3',
  61868: 'flac',
};

export interface WaveFormat extends Sound {
  /** Of one sample of all channels, or of one block of a compressed format. */
  blockBytes: number;
  bytesPerSecond: number;
  isPcm: boolean;
}

/** Reads a WAVEFORMATEX, which WAV and AVI share (mmreg.h). It has at least 14 bytes. */
export function readWaveFormat(view: DataView): WaveFormat {
  const tag = view.getUint16(0, true);
  const bits = view.byteLength >= 16 ? view.getUint16(14, true) : 8;
  const isExtensible = tag === EXTENSIBLE && view.byteLength >= 26;
  const format = isExtensible ? view.getUint16(24, true) : tag;
  const isPcm = format === PCM || format === FLOAT;
  const kind = format === FLOAT ? 'f' : bits === 8 ? 'u' : 's';
  return {
    audioCodec: isPcm ? `pcm_${kind}${bits}${bits === 8 ? '' : 'le'}` : (FORMATS[format] ?? `wav_${format}`),
    channels: view.getUint16(2, true),
    sampleRateHz: view.getUint32(4, true),
    bytesPerSecond: view.getUint32(8, true),
    blockBytes: view.getUint16(12, true),
    ...(isPcm || format === 61868 ? { bitDepth: bits } : {}),
    isPcm: isPcm || format === 6 || format === 7,
  };
}
