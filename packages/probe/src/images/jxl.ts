import { ascii } from '../ascii.ts';
import { malformed } from '../probe-error.ts';
import type { RangeReader } from '../range-reader.ts';
import { readExif } from './exif.ts';
import { animated, checkSize, type ImageFindings, type ImageFormat } from './image-format.ts';
import { type JxlHeader, readJxlHeader } from './jxl-header.ts';
import { type Piece, Section } from './section.ts';
import { topBoxes } from './top-boxes.ts';

const CONTAINER = '\0\0\0\x0cJXL \r\n\x87\n';
/** The header of the codestream is much shorter, unless it names many extra channels. */
const HEADER_BYTES = 4096;

export const jxl: ImageFormat = {
  id: 'jxl',
  mediaType: 'image/jxl',
  kind: 'image',
  extensions: ['jxl'],
  recognises: head => isCodestream(head) || ascii(head, 0, 12) === CONTAINER,
  read,
};

const isCodestream = (bytes: Uint8Array): boolean => bytes[0] === 0xff && bytes[1] === 0x0a;

async function read(reader: RangeReader): Promise<ImageFindings> {
  const start = await reader.upTo(0, 2);
  const { codestream, exif } = isCodestream(start)
    ? { codestream: 0, exif: null }
    : await readContainer(reader);
  const header = readJxlHeader(await reader.upTo(codestream, HEADER_BYTES));
  const found = exif && (await readExif(new Section(reader, exif)));
  return {
    facts: {
      ...checkSize(header.width, header.height),
      bitDepth: header.bitDepth,
      orientation: header.orientation,
      pixelFormat: pixelFormat(header),
    },
    warnings: [...(found?.warnings ?? []), ...(header.isAnimation ? animated(null) : [])],
    ...(found ? { previews: found.previews } : {}),
  };
}

/** The boxes of ISO/IEC 18181-2. The orientation of EXIF data has no effect there; that of the codestream has. */
async function readContainer(reader: RangeReader): Promise<{ codestream: number; exif: Piece | null }> {
  let codestream: number | undefined;
  let exif: Piece | null = null;
  for await (const { type, content, end } of topBoxes(reader)) {
    if (type === 'jxlc') codestream ??= content;
    if (type === 'jxlp') codestream ??= content + 4;
    if (type === 'Exif') exif ??= await exifPiece(reader, content, end);
  }
  if (codestream === undefined) throw malformed('The container has no picture.');
  return { codestream, exif };
}

/** The box begins with the distance of the TIFF header. */
async function exifPiece(reader: RangeReader, content: number, end: number): Promise<Piece | null> {
  const bytes = await reader.upTo(content, 4);
  if (bytes.length < 4) return null;
  const offset = content + 4 + new DataView(bytes.buffer, bytes.byteOffset).getUint32(0);
  return { offset, length: Math.max(0, end - offset) };
}

/** The names of ffmpeg. Depths between 8 and 16 are unpacked to 16. */
function pixelFormat({ isGray, hasAlpha, bitDepth, isFloat }: JxlHeader): string | null {
  if (isFloat || bitDepth > 16) return null;
  const deep = bitDepth > 8;
  if (isGray) return hasAlpha ? (deep ? 'ya16le' : 'ya8') : deep ? 'gray16le' : 'gray';
  return hasAlpha ? (deep ? 'rgba64le' : 'rgba') : deep ? 'rgb48le' : 'rgb24';
}
