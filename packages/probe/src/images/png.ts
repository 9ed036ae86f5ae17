import type { MediaFacts, MediaWarning } from '@mooring/contract';
import { ascii } from '../ascii.ts';
import { malformed } from '../probe-error.ts';
import type { RangeReader } from '../range-reader.ts';
import { type Exif, readExif } from './exif.ts';
import {
  animated,
  checkSize,
  type ImageFindings,
  type ImageFormat,
  truncated,
  unusual,
} from './image-format.ts';
import { type Piece, Section } from './section.ts';

const SIGNATURE = '\x89PNG\r\n\x1a\n';
/** Some programs write EXIF data behind the picture. The end is read to find them, and the end marker. */
const TAIL_BYTES = 16 * 1024;
/** What a frame of an animation takes at least: a control chunk and a data chunk. */
const LEAST_FRAME_BYTES = 38 + 16;

export const png: ImageFormat = {
  id: 'png',
  mediaType: 'image/png',
  kind: 'image',
  extensions: ['png', 'apng'],
  recognises: head => ascii(head, 0, 8) === SIGNATURE,
  read,
};

/** What chunks before the picture say (PNG, third edition, 11). */
interface Header {
  width: number;
  height: number;
  bitDepth: number;
  colourType: number;
  hasTransparency: boolean;
  frames: number | null;
  exif: Piece | null;
  isApple: boolean;
}

async function read(reader: RangeReader): Promise<ImageFindings> {
  const { header, data } = await readHeader(reader);
  const tail = data === null ? null : await readTail(reader, data);
  const place = header.exif ?? tail?.exif ?? null;
  const exif = place && (await readExif(new Section(reader, place)));
  return {
    facts: {
      ...checkSize(header.width, header.height),
      bitDepth: header.bitDepth,
      orientation: exif?.orientation ?? null,
      pixelFormat: pixelFormat(header),
      ...animationFacts(header, reader),
    },
    warnings: warningsOf(header, exif, tail?.isWhole ?? false),
    ...(exif ? { previews: exif.previews } : {}),
  };
}

/** @returns `data` the position of the picture data; null where the file ends before */
async function readHeader(reader: RangeReader): Promise<{ header: Header; data: number | null }> {
  let header: Header | undefined;
  let isApple = false;
  for (let at = SIGNATURE.length; ; ) {
    const bytes = await reader.upTo(at, 8);
    if (bytes.length < 8 && header) return { header, data: null };
    const { length, type } = chunkHeader(bytes, at);
    const content = { offset: at + 8, length };
    if (type === 'CgBI') isApple = true;
    else if (!header) header = await imageHeader(reader, type, content, isApple);
    else if (type === 'IDAT') return { header, data: at };
    else if (type === 'acTL') header.frames = (await reader.view(at + 8, 4)).getUint32(0);
    else if (type === 'eXIf') header.exif = content;
    else if (type === 'tRNS') header.hasTransparency = true;
    else if (type === 'IEND') throw malformed('The file has no picture data.');
    at += 12 + length;
  }
}

function chunkHeader(bytes: Uint8Array, at: number): { length: number; type: string } {
  const type = ascii(bytes, 4, 8);
  if (!/^[A-Za-z]{4}$/.test(type))
    throw malformed(`There is no chunk where one was expected, at byte ${at}.`);
  const length = new DataView(bytes.buffer, bytes.byteOffset).getUint32(0);
  if (length > 0x7fffffff) throw malformed(`The chunk ${type} says that it has ${length} bytes.`);
  return { length, type };
}

async function imageHeader(
  reader: RangeReader,
  type: string,
  { offset, length }: Piece,
  isApple: boolean,
): Promise<Header> {
  if (type !== 'IHDR' || length !== 13)
    throw malformed(`The first chunk is ${type} of ${length} bytes. It should be IHDR of 13 bytes.`);
  const view = await reader.view(offset, 13);
  return {
    width: view.getUint32(0),
    height: view.getUint32(4),
    bitDepth: view.getUint8(8),
    colourType: view.getUint8(9),
    hasTransparency: false,
    frames: null,
    exif: null,
    isApple,
  };
}

/** @param data where the picture data begin */
async function readTail(
  reader: RangeReader,
  data: number,
): Promise<{ isWhole: boolean; exif: Piece | null }> {
  const from = Math.max(data, reader.sizeBytes - TAIL_BYTES);
  const tail = await reader.upTo(from, TAIL_BYTES);
  const view = new DataView(tail.buffer, tail.byteOffset, tail.byteLength);
  const at = lastIndexOf(tail, 'eXIf');
  const length = at >= 4 ? view.getUint32(at - 4) : 0;
  const isChunk = at >= 4 && at + 4 + length <= tail.length;
  return {
    isWhole: lastIndexOf(tail, 'IEND') >= 0,
    exif: isChunk ? { offset: from + at + 4, length } : null,
  };
}

function lastIndexOf(bytes: Uint8Array, words: string): number {
  for (let at = bytes.length - words.length; at >= 0; at--)
    if (bytes[at] === words.charCodeAt(0) && ascii(bytes, at, at + words.length) === words) return at;
  return -1;
}

/** By colour type, the names of ffmpeg for eight and for sixteen bits; it unpacks fewer bits to eight. */
const GRAY = 0;
const PALETTE = 3;
const FORMATS: Readonly<Record<number, readonly [string, string]>> = {
  [GRAY]: ['gray', 'gray16be'],
  2: ['rgb24', 'rgb48be'],
  [PALETTE]: ['pal8', 'pal8'],
  4: ['ya8', 'ya16be'],
  6: ['rgba', 'rgba64be'],
};

function pixelFormat({ bitDepth, colourType, hasTransparency }: Header): string | null {
  if (colourType === GRAY && bitDepth === 1 && !hasTransparency) return 'monob';
  const withAlpha = hasTransparency && colourType !== PALETTE && colourType < 4 ? colourType + 4 : colourType;
  return FORMATS[withAlpha]?.[bitDepth === 16 ? 1 : 0] ?? null;
}

function animationFacts({ frames }: Header, { sizeBytes }: RangeReader): Partial<MediaFacts> {
  if (!frames || frames * LEAST_FRAME_BYTES > sizeBytes) return {};
  return { mediaType: 'image/apng', frames, framesExact: true };
}

function warningsOf({ frames, isApple }: Header, exif: Exif | null, isWhole: boolean): MediaWarning[] {
  return [
    ...(exif?.warnings ?? []),
    ...(frames === null ? [] : animated(frames)),
    ...(isApple
      ? [unusual("The file is in Apple's own variant of PNG, for its phones. Most programs cannot show it.")]
      : []),
    ...(isWhole ? [] : [truncated('The file ends before the end marker of the picture.')]),
  ];
}
