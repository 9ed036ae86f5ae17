import { Bits, withoutEmulation } from './bits.ts';
import { hex2, type Picture, pixelFormat, sized } from './picture.ts';

/** Profiles whose SPS says how samples are made (ITU-T H.264, 7.3.2.1.1). */
const PROFILES_WITH_CHROMA = [100, 110, 122, 244, 44, 83, 86, 118, 128, 138, 139, 134, 135];
/** `Extended_SAR`: the aspect ratio is written out. */
const EXTENDED_SAR = 255;

/**
 * Reads an AVCDecoderConfigurationRecord (ISO/IEC 14496-15, 5.3.3).
 * @param entry the name of the sample entry, which begins the codec string
 */
export function readAvcConfig(config: Uint8Array, entry = 'avc1'): Picture {
  if (config.length < 8) return { codec: entry };
  const codec = `${entry}.${hex2(config[1]!)}${hex2(config[2]!)}${hex2(config[3]!)}`;
  const count = config[5]! & 31;
  const length = (config[6]! << 8) | config[7]!;
  if (count === 0 || length === 0) return { codec };
  return { ...readAvcSps(config.subarray(8, 8 + length)), codec };
}

/**
 * Reads a sequence parameter set of H.264 (ITU-T H.264, 7.3.2.1.1 and E.1.1).
 * @param nal with its header byte
 * @throws ProbeError `malformed`
 */
export function readAvcSps(nal: Uint8Array): Picture {
  const bits = new Bits(withoutEmulation(nal.subarray(1, 1024)));
  const profile = bits.read(8);
  const codec = `avc1.${hex2(profile)}${hex2(bits.read(8))}${hex2(bits.read(8))}`;
  bits.golomb();
  const { chroma, bitDepth } = readSampleFormat(bits, profile);
  skipPictureOrder(bits);
  bits.golomb();
  bits.skip(1);
  const widthInMacroblocks = bits.golomb() + 1;
  const heightInUnits = bits.golomb() + 1;
  const framesOnly = bits.read(1);
  if (!framesOnly) bits.skip(1);
  bits.skip(1);
  const crop = bits.flag() ? [bits.golomb(), bits.golomb(), bits.golomb(), bits.golomb()] : [0, 0, 0, 0];
  const unitX = chroma === 1 || chroma === 2 ? 2 : 1;
  const unitY = (chroma === 1 ? 2 : 1) * (2 - framesOnly);
  const { fullRange, rgb, fps } = bits.flag() ? readAvcVui(bits) : {};
  return {
    codec,
    ...sized(
      widthInMacroblocks * 16 - unitX * (crop[0]! + crop[1]!),
      (2 - framesOnly) * heightInUnits * 16 - unitY * (crop[2]! + crop[3]!),
    ),
    bitDepth,
    // ffmpeg gives gray pictures of H.264 chroma planes.
    pixelFormat: pixelFormat({ bitDepth, chroma: chroma || 1, rgb, fullRange }),
    ...(fps ? { fps } : {}),
  };
}

function readSampleFormat(bits: Bits, profile: number): { chroma: number; bitDepth: number } {
  if (!PROFILES_WITH_CHROMA.includes(profile)) return { chroma: 1, bitDepth: 8 };
  const chroma = Math.min(bits.golomb(), 3);
  if (chroma === 3) bits.skip(1);
  const bitDepth = bits.golomb() + 8;
  bits.golomb();
  bits.skip(1);
  const lists = bits.flag() ? (chroma === 3 ? 12 : 8) : 0;
  for (let i = 0; i < lists; i++) if (bits.flag()) skipScalingList(bits, i);
  return { chroma, bitDepth };
}

function skipScalingList(bits: Bits, index: number): void {
  let last = 8;
  let next = 8;
  for (let i = 0; i < (index < 6 ? 16 : 64); i++) {
    if (next !== 0) next = (last + bits.signedGolomb() + 256) % 256;
    if (next !== 0) last = next;
  }
}

function skipPictureOrder(bits: Bits): void {
  bits.golomb();
  const type = bits.golomb();
  if (type === 0) bits.golomb();
  if (type !== 1) return;
  bits.skip(1);
  bits.signedGolomb();
  bits.signedGolomb();
  const cycle = bits.golomb();
  for (let i = 0; i < cycle; i++) bits.signedGolomb();
}

interface Vui {
  fullRange?: boolean;
  rgb?: boolean;
  fps?: number | undefined;
}

/** The part of the VUI that H.264 and H.265 share: aspect ratio, overscan, colours and chroma location. */
export function readColours(bits: Bits): { fullRange: boolean; rgb: boolean } {
  const colours = { fullRange: false, rgb: false };
  if (bits.flag() && bits.read(8) === EXTENDED_SAR) bits.skip(32);
  if (bits.flag()) bits.skip(1);
  if (bits.flag()) {
    bits.skip(3);
    colours.fullRange = bits.flag();
    if (bits.flag()) {
      bits.skip(16);
      colours.rgb = bits.read(8) === 0;
    }
  }
  if (bits.flag()) {
    bits.golomb();
    bits.golomb();
  }
  return colours;
}

function readAvcVui(bits: Bits): Vui {
  const colours = readColours(bits);
  if (!bits.flag()) return colours;
  const unitsInTick = bits.read(32);
  const timeScale = bits.read(32);
  return { ...colours, fps: unitsInTick > 0 ? timeScale / unitsInTick / 2 : undefined };
}
