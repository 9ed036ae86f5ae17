import { readColours } from './avc.ts';
import { Bits, withoutEmulation } from './bits.ts';
import { type Picture, pixelFormat, sized } from './picture.ts';

const SPS = 33;

/**
 * Reads an HEVCDecoderConfigurationRecord (ISO/IEC 14496-15, 8.3.3).
 * @param entry the name of the sample entry, which begins the codec string
 */
export function readHevcConfig(config: Uint8Array, entry = 'hvc1'): Picture {
  if (config.length < 23) return { codec: entry };
  const codec = hevcCodec(entry, config.subarray(1, 13));
  const sps = findSps(config);
  if (sps) return { ...readHevcSps(sps), codec };
  const bitDepth = (config[17]! & 7) + 8;
  return { codec, bitDepth, pixelFormat: pixelFormat({ bitDepth, chroma: config[16]! & 3 }) };
}

function findSps(config: Uint8Array): Uint8Array | undefined {
  let at = 23;
  for (let array = 0; array < config[22]! && at + 3 <= config.length; array++) {
    const type = config[at]! & 63;
    const count = (config[at + 1]! << 8) | config[at + 2]!;
    at += 3;
    for (let i = 0; i < count && at + 2 <= config.length; i++) {
      const length = (config[at]! << 8) | config[at + 1]!;
      if (type === SPS && length > 0) return config.subarray(at + 2, at + 2 + length);
      at += 2 + length;
    }
  }
  return undefined;
}

/**
 * The codec string of H.265 (ISO/IEC 14496-15, E.3).
 * @param general the twelve bytes of profile, compatibility, constraints and level
 */
function hevcCodec(entry: string, general: Uint8Array): string {
  const space = ['', 'A', 'B', 'C'][general[0]! >> 6]!;
  const tier = general[0]! & 32 ? 'H' : 'L';
  let compatibility = 0;
  for (let i = 0; i < 32; i++) if (general[1 + (i >> 3)]! & (128 >> (i & 7))) compatibility += 2 ** i;
  const constraints = [...general.subarray(5, 11)];
  while (constraints.at(-1) === 0) constraints.pop();
  const parts = [
    entry,
    `${space}${general[0]! & 31}`,
    compatibility.toString(16).toUpperCase(),
    `${tier}${general[11]}`,
    ...constraints.map(byte => byte.toString(16).toUpperCase()),
  ];
  return parts.join('.');
}

/**
 * Reads a sequence parameter set of H.265 (ITU-T H.265, 7.3.2.2 and E.2.1).
 * @param nal with its two header bytes
 * @throws ProbeError `malformed`
 */
export function readHevcSps(nal: Uint8Array): Picture {
  const bytes = withoutEmulation(nal.subarray(2, 2048));
  const bits = new Bits(bytes);
  bits.skip(4);
  const layers = bits.read(3);
  bits.skip(1);
  const codec = hevcCodec('hvc1', bytes.subarray(1, 13));
  skipProfiles(bits, layers);
  bits.golomb();
  const chroma = Math.min(bits.golomb(), 3);
  if (chroma === 3) bits.skip(1);
  const width = bits.golomb();
  const height = bits.golomb();
  const crop = bits.flag() ? [bits.golomb(), bits.golomb(), bits.golomb(), bits.golomb()] : [0, 0, 0, 0];
  const bitDepth = bits.golomb() + 8;
  const unitX = chroma === 1 || chroma === 2 ? 2 : 1;
  const unitY = chroma === 1 ? 2 : 1;
  return {
    codec,
    ...sized(width - unitX * (crop[0]! + crop[1]!), height - unitY * (crop[2]! + crop[3]!)),
    bitDepth,
    pixelFormat: pixelFormat({ bitDepth, chroma, ...coloursOf(bits, layers) }),
  };
}

/** What stands between the bit depth and the VUI has to be read to know where the VUI begins. */
function coloursOf(bits: Bits, layers: number): { fullRange: boolean; rgb: boolean } | undefined {
  bits.golomb();
  const orderBits = bits.golomb() + 4;
  for (let i = bits.flag() ? 0 : layers; i <= layers; i++) for (let k = 0; k < 3; k++) bits.golomb();
  for (let i = 0; i < 6; i++) bits.golomb();
  if (bits.flag() && bits.flag()) skipScalingLists(bits);
  bits.skip(2);
  if (bits.flag()) {
    bits.skip(8);
    bits.golomb();
    bits.golomb();
    bits.skip(1);
  }
  skipShortTermSets(bits);
  if (bits.flag()) for (let i = bits.golomb(); i > 0; i--) bits.read(Math.min(orderBits, 16) + 1);
  bits.skip(2);
  return bits.flag() ? readColours(bits) : undefined;
}

function skipProfiles(bits: Bits, layers: number): void {
  bits.skip(96);
  const present = Array.from({ length: layers }, () => ({ profile: bits.flag(), level: bits.flag() }));
  if (layers > 0) bits.skip(2 * (8 - layers));
  for (const { profile, level } of present) bits.skip((profile ? 88 : 0) + (level ? 8 : 0));
}

function skipScalingLists(bits: Bits): void {
  for (let size = 0; size < 4; size++)
    for (let matrix = 0; matrix < 6; matrix += size === 3 ? 3 : 1) {
      if (!bits.flag()) {
        bits.golomb();
        continue;
      }
      if (size > 1) bits.signedGolomb();
      for (let i = 0; i < Math.min(64, 1 << (4 + 2 * size)); i++) bits.signedGolomb();
    }
}

/** ITU-T H.265, 7.3.7: each set may be predicted from the one before, so their sizes have to be known. */
function skipShortTermSets(bits: Bits): void {
  const sets = Math.min(bits.golomb(), 64);
  let size = 0;
  for (let i = 0; i < sets; i++) {
    if (i > 0 && bits.flag()) {
      bits.skip(1);
      bits.golomb();
      let next = 0;
      for (let k = 0; k <= size; k++) if (bits.flag() || bits.flag()) next++;
      size = next;
      continue;
    }
    const negative = Math.min(bits.golomb(), 16);
    const positive = Math.min(bits.golomb(), 16);
    for (let k = 0; k < negative + positive; k++) {
      bits.golomb();
      bits.skip(1);
    }
    size = negative + positive;
  }
}
