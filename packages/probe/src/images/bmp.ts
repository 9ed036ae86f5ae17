import { ascii } from '../ascii.ts';
import type { RangeReader } from '../range-reader.ts';
import { checkSize, type ImageFindings, type ImageFormat, truncated } from './image-format.ts';

/** Sizes of the headers that Windows and OS/2 have had. */
const HEADER_SIZES = [12, 16, 40, 52, 56, 64, 108, 124];
const CORE_HEADER = 12;
const V3_HEADER = 56;

export const bmp: ImageFormat = {
  id: 'bmp',
  mediaType: 'image/bmp',
  kind: 'image',
  extensions: ['bmp', 'dib'],
  recognises: head =>
    ascii(head, 0, 2) === 'BM' &&
    head.length >= 26 &&
    HEADER_SIZES.includes(viewOf(head).getUint32(14, true)),
  read,
};

async function read(reader: RangeReader): Promise<ImageFindings> {
  const head = viewOf(await reader.upTo(0, 70));
  const headerSize = head.getUint32(14, true);
  const isCore = headerSize === CORE_HEADER;
  const width = isCore ? head.getUint16(18, true) : head.getInt32(18, true);
  const height = isCore ? head.getUint16(20, true) : Math.abs(head.getInt32(22, true));
  const bitsPerPixel = head.getUint16(isCore ? 24 : 28, true);
  const compression = isCore || head.byteLength < 34 ? 0 : head.getUint32(30, true);
  return {
    facts: {
      ...checkSize(width, height),
      bitDepth: bitsPerPixel >= 24 ? 8 : bitsPerPixel === 16 ? 5 : bitsPerPixel || null,
      pixelFormat: pixelFormat(head, bitsPerPixel, compression),
    },
    warnings: sizeWarnings(reader, head, Math.ceil((width * bitsPerPixel) / 32) * 4 * height, compression),
  };
}

const UNCOMPRESSED = 0;
const RLE8 = 1;
const RLE4 = 2;
const BIT_FIELDS = 3;
const ALPHA_BIT_FIELDS = 6;

function pixelFormat(head: DataView, bitsPerPixel: number, compression: number): string | null {
  const hasMasks = compression === BIT_FIELDS || compression === ALPHA_BIT_FIELDS;
  if (!hasMasks && ![UNCOMPRESSED, RLE8, RLE4].includes(compression)) return null;
  switch (bitsPerPixel) {
    case 1:
    case 4:
    case 8:
      return 'pal8';
    case 16:
      return hasMasks && maskAt(head, 58) === 0x7e0 ? 'rgb565le' : 'rgb555le';
    case 24:
      return 'bgr24';
    case 32:
      return hasMasks && !hasAlpha(head) ? 'bgr0' : 'bgra';
    default:
      return null;
  }
}

const hasAlpha = (head: DataView): boolean => head.getUint32(14, true) >= V3_HEADER && maskAt(head, 66) !== 0;

const maskAt = (head: DataView, at: number): number =>
  at + 4 <= head.byteLength ? head.getUint32(at, true) : 0;

function sizeWarnings(reader: RangeReader, head: DataView, pixelBytes: number, compression: number) {
  const isPacked = compression === UNCOMPRESSED || compression === BIT_FIELDS;
  const needed = head.getUint32(10, true) + pixelBytes;
  if (!isPacked || needed <= reader.sizeBytes) return [];
  return [truncated(`The file has ${reader.sizeBytes} bytes. Its pixels need ${needed}.`)];
}

const viewOf = (bytes: Uint8Array): DataView =>
  new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
