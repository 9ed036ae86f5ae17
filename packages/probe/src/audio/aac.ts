import { Bits } from '../video/codecs/bits.ts';

/** What a codec says of sound. */
export interface Sound {
  /** As ffmpeg names it. */
  audioCodec: string;
  sampleRateHz?: number | undefined;
  channels?: number | undefined;
  /** Only where the codec loses nothing. */
  bitDepth?: number | undefined;
}

const RATES = [96000, 88200, 64000, 48000, 44100, 32000, 24000, 22050, 16000, 12000, 11025, 8000, 7350];
const CHANNELS = [undefined, 1, 2, 3, 4, 5, 6, 8, undefined, undefined, undefined, 7, 8, undefined, 8];
const SBR = 5;
const PARAMETRIC_STEREO = 29;
const ESCAPED_RATE = 15;

export const aacRate = (index: number): number | undefined => RATES[index];
export const aacChannels = (configuration: number): number | undefined => CHANNELS[configuration];

/** Reads an AudioSpecificConfig (ISO/IEC 14496-3, 1.6.2.1). With spectral band replication the rate is what is played. */
export function readAacConfig(config: Uint8Array): Sound {
  const bits = new Bits(config);
  const type = readType(bits);
  let sampleRateHz = readRate(bits);
  let channels = aacChannels(bits.read(4));
  if (type === SBR || type === PARAMETRIC_STEREO) sampleRateHz = readRate(bits);
  if (type === PARAMETRIC_STEREO) channels = 2;
  return { audioCodec: 'aac', sampleRateHz, channels };
}

function readType(bits: Bits): number {
  const type = bits.read(5);
  return type === 31 ? 32 + bits.read(6) : type;
}

function readRate(bits: Bits): number | undefined {
  const index = bits.read(4);
  return index === ESCAPED_RATE ? bits.read(24) : aacRate(index);
}
