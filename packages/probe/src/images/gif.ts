import type { MediaFacts } from '@mooring/contract';
import { ascii } from '../ascii.ts';
import type { RangeReader } from '../range-reader.ts';
import {
  animated,
  checkSize,
  estimateFrames,
  type ImageFindings,
  type ImageFormat,
  truncated,
} from './image-format.ts';

export const gif: ImageFormat = {
  id: 'gif',
  mediaType: 'image/gif',
  kind: 'image',
  extensions: ['gif'],
  recognises: head => ['GIF87a', 'GIF89a'].includes(ascii(head, 0, 6)),
  read,
};

const HEADER_BYTES = 13;
const IMAGE_BYTES = 10;
const EXTENSION = 0x21;
const IMAGE = 0x2c;
const TRAILER = 0x3b;

async function read(reader: RangeReader): Promise<ImageFindings> {
  const view = await reader.view(0, HEADER_BYTES);
  const { isCut, ...frames } = await countFrames(reader, HEADER_BYTES + tableBytes(view.getUint8(10)));
  return {
    facts: {
      ...checkSize(view.getUint16(6, true), view.getUint16(8, true)),
      bitDepth: 8,
      pixelFormat: 'bgra',
      ...frames,
    },
    warnings: [
      ...animated(frames.frames),
      ...(isCut ? [truncated('The file ends before its end marker.')] : []),
    ],
  };
}

type Frames = Pick<MediaFacts, 'framesExact'> & { frames: number; isCut?: boolean };

/** Walks the blocks (GIF89a specification, 12 to 27). */
async function countFrames(reader: RangeReader, start: number): Promise<Frames> {
  let frames = 0;
  for (let at = start; ; ) {
    const block = await reader.upTo(at, IMAGE_BYTES);
    if (block[0] === TRAILER) return { frames: Math.max(1, frames), framesExact: true };
    if (block[0] === IMAGE && block.length === IMAGE_BYTES) {
      frames++;
      at = await afterSubBlocks(reader, at + IMAGE_BYTES + tableBytes(block[9]!) + 1);
    } else if (block[0] === EXTENSION) at = await afterSubBlocks(reader, at + 2);
    else return { frames: Math.max(1, frames), framesExact: false, isCut: true };
    const estimate = estimateFrames(reader, frames, start, at);
    if (estimate) return estimate;
  }
}

/** Bytes of the colour table that the flags of a header announce. */
const tableBytes = (flags: number): number => (flags & 128 ? 3 * 2 ** ((flags & 7) + 1) : 0);

/** Sub-blocks of at most 255 bytes follow each other to an empty one. */
async function afterSubBlocks(reader: RangeReader, start: number): Promise<number> {
  for (let at = start; ; ) {
    const bytes = await reader.upTo(at, 16 * 1024);
    if (bytes.length === 0) return at;
    let i = 0;
    while (i < bytes.length && bytes[i] !== 0) i += 1 + bytes[i]!;
    if (i < bytes.length) return at + i + 1;
    at += i;
  }
}
