import { malformed } from '../probe-error.ts';

export interface JxlHeader {
  width: number;
  height: number;
  /** As EXIF counts it; null where the picture is upright. */
  orientation: number | null;
  bitDepth: number;
  isFloat: boolean;
  isGray: boolean;
  hasAlpha: boolean;
  isAnimation: boolean;
}

/** What a variable number begins with, and how many bits it adds. */
type Choice = readonly [base: number, bits: number];

const SIZE: readonly Choice[] = [
  [1, 9],
  [1, 13],
  [1, 18],
  [1, 30],
];
const PREVIEW_BLOCKS: readonly Choice[] = [
  [16, 0],
  [32, 0],
  [1, 5],
  [33, 9],
];
const PREVIEW_SIZE: readonly Choice[] = [
  [1, 6],
  [65, 8],
  [321, 10],
  [1345, 12],
];
const ENUM: readonly Choice[] = [
  [0, 0],
  [1, 0],
  [2, 4],
  [18, 6],
];
const RATIOS = [1, 12 / 10, 4 / 3, 3 / 2, 16 / 9, 5 / 4, 2];
const GRAY = 1;
const ALPHA = 0;
const SPOT_COLOUR = 2;
const FILTER_ARRAY = 5;
const MOST_CHANNELS = 64;

/**
 * Reads the header of a JPEG XL codestream (ISO/IEC 18181-1, annex D).
 * @throws ProbeError `malformed`
 */
export function readJxlHeader(bytes: Uint8Array): JxlHeader {
  const bits = new LittleBits(bytes);
  if (bits.read(16) !== 0x0aff) throw malformed('The codestream does not begin with its mark.');
  const size = readSize(bits);
  const plain = {
    orientation: null,
    bitDepth: 8,
    isFloat: false,
    isGray: false,
    hasAlpha: false,
    isAnimation: false,
  };
  const isAllDefault = bits.flag();
  if (isAllDefault) return { ...size, ...plain };
  const extra = bits.flag() ? readExtraFields(bits) : { orientation: null, isAnimation: false };
  const depth = readDepth(bits);
  bits.flag();
  const hasAlpha = readChannels(bits);
  bits.flag();
  return { ...size, ...extra, ...depth, hasAlpha, isGray: readIsGray(bits) };
}

function readSize(bits: LittleBits): { width: number; height: number } {
  const isSmall = bits.flag();
  const length = () => (isSmall ? 8 * (bits.read(5) + 1) : bits.choose(SIZE));
  const height = length();
  const ratio = bits.read(3);
  return { height, width: ratio === 0 ? length() : ratioOf(height, ratio) };
}

/** In whole numbers, as the standard multiplies before it divides. */
const ratioOf = (height: number, ratio: number): number => Math.floor(height * RATIOS[ratio - 1]! + 1e-6);

function readExtraFields(bits: LittleBits): { orientation: number | null; isAnimation: boolean } {
  const turns = bits.read(3);
  const orientation = turns === 0 ? null : 1 + turns;
  if (bits.flag()) readSize(bits);
  if (bits.flag()) skipPreview(bits);
  const isAnimation = bits.flag();
  if (isAnimation) skipAnimation(bits);
  return { orientation, isAnimation };
}

function skipPreview(bits: LittleBits): void {
  const choices = bits.flag() ? PREVIEW_BLOCKS : PREVIEW_SIZE;
  bits.choose(choices);
  if (bits.read(3) === 0) bits.choose(choices);
}

function skipAnimation(bits: LittleBits): void {
  bits.choose([
    [100, 0],
    [1000, 0],
    [1, 10],
    [1, 30],
  ]);
  bits.choose([
    [1, 0],
    [1001, 0],
    [1, 8],
    [1, 10],
  ]);
  bits.choose([
    [0, 0],
    [0, 3],
    [0, 16],
    [0, 32],
  ]);
  bits.flag();
}

function readDepth(bits: LittleBits): { bitDepth: number; isFloat: boolean } {
  const isFloat = bits.flag();
  const bitDepth = bits.choose([
    [isFloat ? 32 : 8, 0],
    [isFloat ? 16 : 10, 0],
    [isFloat ? 24 : 12, 0],
    [1, 6],
  ]);
  if (isFloat) bits.read(4);
  return { bitDepth, isFloat };
}

/** @returns whether one of the extra channels is alpha */
function readChannels(bits: LittleBits): boolean {
  const count = bits.choose([
    [0, 0],
    [1, 0],
    [2, 4],
    [1, 12],
  ]);
  if (count > MOST_CHANNELS) throw malformed(`The header says that there are ${count} extra channels.`);
  let hasAlpha = false;
  for (let i = 0; i < count; i++) if (readChannel(bits) === ALPHA) hasAlpha = true;
  return hasAlpha;
}

function readChannel(bits: LittleBits): number {
  if (bits.flag()) return ALPHA;
  const type = bits.choose(ENUM);
  readDepth(bits);
  bits.choose([
    [0, 0],
    [3, 0],
    [4, 0],
    [1, 3],
  ]);
  const nameBytes = bits.choose([
    [0, 0],
    [0, 4],
    [16, 5],
    [48, 10],
  ]);
  bits.skip(8 * nameBytes);
  if (type === ALPHA) bits.flag();
  if (type === SPOT_COLOUR) bits.skip(64);
  if (type === FILTER_ARRAY)
    bits.choose([
      [1, 0],
      [0, 2],
      [3, 4],
      [19, 8],
    ]);
  return type;
}

function readIsGray(bits: LittleBits): boolean {
  const isDefault = bits.flag();
  if (isDefault) return false;
  bits.flag();
  return bits.choose(ENUM) === GRAY;
}

/** Reads numbers bit by bit, least significant bit first. */
class LittleBits {
  readonly #bytes: Uint8Array;
  #at = 0;

  constructor(bytes: Uint8Array) {
    this.#bytes = bytes;
  }

  read(count: number): number {
    let value = 0;
    for (let i = 0; i < count; i++, this.#at++) {
      const byte = this.#bytes[this.#at >> 3];
      if (byte === undefined) throw malformed('The header of the codestream ends too early.');
      value += ((byte >> (this.#at & 7)) & 1) * 2 ** i;
    }
    return value;
  }

  flag(): boolean {
    return this.read(1) === 1;
  }

  skip(count: number): void {
    this.#at += count;
  }

  /** A number of which the first two bits choose the range. */
  choose(choices: readonly Choice[]): number {
    const [base, bits] = choices[this.read(2)]!;
    return base + this.read(bits);
  }
}
