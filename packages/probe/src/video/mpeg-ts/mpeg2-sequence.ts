import { hex2, type Picture, pixelFormat } from '../codecs/picture.ts';

const SEQUENCE = 0xb3;
const EXTENSION = 0xb5;

/** Reads the sequence header of MPEG-1 or MPEG-2 video (ISO/IEC 13818-2, 6.2.2.1 and 6.2.2.3). */
export function readMpegSequence(bytes: Uint8Array): Picture | undefined {
  const at = startCode(bytes, SEQUENCE, 0);
  if (at === undefined || at + 12 > bytes.length) return undefined;
  const width = (bytes[at + 4]! << 4) | (bytes[at + 5]! >> 4);
  const height = ((bytes[at + 5]! & 15) << 8) | bytes[at + 6]!;
  const extension = startCode(bytes, EXTENSION, at);
  const isMpeg2 = extension !== undefined && bytes[extension + 4]! >> 4 === 1;
  const chroma = isMpeg2 ? (bytes[extension + 5]! >> 1) & 3 : 1;
  const profile = isMpeg2 ? bytes[extension + 4]! & 7 : 0;
  return {
    codec: `mp4v.${hex2(isMpeg2 ? objectTypeOf(profile, chroma) : 0x6a).toUpperCase()}`,
    width,
    height,
    bitDepth: 8,
    pixelFormat: pixelFormat({ bitDepth: 8, chroma }),
  };
}

/** Object types go from Simple (0x60) to High (0x64), profiles from High (1) to Simple (5). */
const objectTypeOf = (profile: number, chroma: number): number =>
  chroma === 2 ? 0x65 : 0x60 + Math.max(0, 5 - profile);

function startCode(bytes: Uint8Array, code: number, from: number): number | undefined {
  for (let at = from; at + 8 <= bytes.length; at++)
    if (bytes[at] === 0 && bytes[at + 1] === 0 && bytes[at + 2] === 1 && bytes[at + 3] === code) return at;
  return undefined;
}
