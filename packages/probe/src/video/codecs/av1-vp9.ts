import { decimal2, type Picture, pixelFormat } from './picture.ts';

/** Reads an AV1CodecConfigurationRecord (AV1 Codec ISO Media File Format Binding, 2.3.3 and 5). */
export function readAv1Config(config: Uint8Array): Picture {
  if (config.length < 4) return { codec: 'av01' };
  const flags = config[2]!;
  const bitDepth = flags & 64 ? (flags & 32 ? 12 : 10) : 8;
  const gray = flags & 16;
  const chroma = gray ? 0 : flags & 8 ? (flags & 4 ? 1 : 2) : 3;
  const level = `${decimal2(config[1]! & 31)}${flags & 128 ? 'H' : 'M'}`;
  return {
    codec: `av01.${config[1]! >> 5}.${level}.${decimal2(bitDepth)}`,
    bitDepth,
    pixelFormat: pixelFormat({ bitDepth, chroma }),
  };
}

/**
 * Reads a VPCodecConfigurationRecord (VP Codec ISO Media File Format Binding).
 * @param config of version 1, without the four bytes of version and flags
 * @param entry `vp08` or `vp09`
 */
export function readVpConfig(config: Uint8Array, entry: string): Picture {
  if (config.length < 5) return { codec: entry };
  const bitDepth = config[2]! >> 4;
  const subsampling = (config[2]! >> 1) & 7;
  const chroma = subsampling < 2 ? 1 : subsampling;
  const rgb = config[5] === 0;
  return {
    codec: `${entry}.${decimal2(config[0]!)}.${decimal2(config[1]!)}.${decimal2(bitDepth)}`,
    bitDepth,
    pixelFormat: pixelFormat({ bitDepth, chroma: Math.min(chroma, 3), rgb }),
  };
}

/** The most luma samples of a picture, and the level of VP9 that allows them (VP9 Levels, webmproject.org). */
const VP9_LEVELS = [
  [36_864, 10],
  [73_728, 11],
  [122_880, 20],
  [245_760, 21],
  [552_960, 30],
  [983_040, 31],
  [2_228_224, 40],
  [8_912_896, 50],
] as const;

/**
 * Reads the header of a key frame of VP9 (VP9 Bitstream Specification, 6.2): WebM files carry no settings.
 * @param pixels of a picture; they give the lowest level that the codec string can name
 */
export function readVp9Frame(frame: Uint8Array, pixels: number): Picture {
  const bits = Array.from({ length: 80 }, (_, i) => ((frame[i >> 3] ?? 0) >> (7 - (i & 7))) & 1);
  const profile = bits[2]! + 2 * bits[3]!;
  let at = profile === 3 ? 5 : 4;
  const isKeyFrame = bits[0] === 1 && bits[1] === 0 && bits[at] === 0 && bits[at + 1] === 0;
  if (!isKeyFrame) return { codec: 'vp09' };
  at += 4 + 24;
  const bitDepth = profile >= 2 ? (bits[at++] ? 12 : 10) : 8;
  const rgb = bits[at] === 1 && bits[at + 1] === 1 && bits[at + 2] === 1;
  at += rgb ? 3 : 4;
  const isOdd = profile === 1 || profile === 3;
  const chroma = !isOdd ? 1 : rgb || !bits[at] ? 3 : bits[at + 1] ? 1 : 2;
  const level = VP9_LEVELS.find(([most]) => pixels <= most)?.[1] ?? 60;
  return {
    codec: `vp09.${decimal2(profile)}.${level}.${decimal2(bitDepth)}`,
    bitDepth,
    pixelFormat: pixelFormat({ bitDepth, chroma, rgb }),
  };
}
