import { hex2, type Picture, pixelFormat } from '../codecs/picture.ts';

/** What an elementary stream descriptor says (ISO/IEC 14496-1, 7.2.6). */
export interface Esds {
  /** `objectTypeIndication`, registered at mp4ra.org; 0 where the descriptor is broken. */
  objectType: number;
  /** `DecoderSpecificInfo`. */
  config: Uint8Array;
}

const ES = 3;
const DECODER_CONFIG = 4;
const DECODER_SPECIFIC = 5;

/** @param content of the box `esds`, version and flags included */
export function readEsds(content: Uint8Array): Esds {
  const stream = descriptor(content.subarray(4), ES);
  if (!stream) return { objectType: 0, config: new Uint8Array() };
  const flags = stream[2] ?? 0;
  const urlBytes = flags & 64 ? 1 + (stream[3 + (flags & 128 ? 2 : 0)] ?? 0) : 0;
  const from = 3 + (flags & 128 ? 2 : 0) + urlBytes + (flags & 32 ? 2 : 0);
  const decoder = descriptor(stream.subarray(from), DECODER_CONFIG);
  if (!decoder || decoder.length < 13) return { objectType: 0, config: new Uint8Array() };
  return {
    objectType: decoder[0]!,
    config: descriptor(decoder.subarray(13), DECODER_SPECIFIC) ?? new Uint8Array(),
  };
}

/** The content of the descriptor that begins here, if it has that tag; sizes are in groups of seven bits. */
function descriptor(bytes: Uint8Array, tag: number): Uint8Array | undefined {
  if (bytes[0] !== tag) return undefined;
  let size = 0;
  for (let at = 1; at <= 4 && at < bytes.length; at++) {
    size = size * 128 + (bytes[at]! & 127);
    if (bytes[at]! < 128) return bytes.subarray(at + 1, at + 1 + size);
  }
  return undefined;
}

const MPEG4 = 0x20;
const JPEG = 0x6c;

/** The codec string and pixels of an MPEG video in `mp4v` (RFC 6381, 3.3). */
export function visualOf({ objectType, config }: Esds, entry: string): Picture {
  const codec = `${entry}.${hex2(objectType).toUpperCase()}`;
  if (objectType === JPEG) return { codec };
  const chroma = objectType === 0x65 ? 2 : 1;
  const picture = { bitDepth: 8, pixelFormat: pixelFormat({ bitDepth: 8, chroma }) };
  const sequence = config.findIndex((byte, i) => byte === 0xb0 && config[i - 1] === 1 && config[i - 2] === 0);
  const profile = objectType === MPEG4 && sequence >= 0 ? config[sequence + 1] : undefined;
  return { ...picture, codec: profile === undefined ? codec : `${codec}.${profile}` };
}
