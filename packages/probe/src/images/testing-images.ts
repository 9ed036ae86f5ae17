// Writes small pictures for tests, byte by byte.

const ascii = (words: string): number[] => [...words].map(character => character.charCodeAt(0));
const big16 = (value: number): number[] => [(value >> 8) & 255, value & 255];
const big32 = (value: number): number[] => [...big16(value >>> 16), ...big16(value & 0xffff)];
const little = (value: number, bytes: number): number[] =>
  Array.from({ length: bytes }, (_, i) => Math.floor(value / 256 ** i) & 255);

type Field = readonly [tag: number, type: number, count: number, value: number];

/** A little-endian TIFF of directories that lie behind each other; the last is followed by `next`. */
export function tiffOf(directories: readonly (readonly Field[])[], next = 0): number[] {
  const bytes = [...ascii('II*\0'), ...little(8, 4)];
  directories.forEach((fields, i) => {
    const end = bytes.length + 2 + 12 * fields.length + 4;
    bytes.push(...little(fields.length, 2));
    for (const [tag, type, count, value] of fields)
      bytes.push(...little(tag, 2), ...little(type, 2), ...little(count, 4), ...little(value, 4));
    bytes.push(...little(i + 1 < directories.length ? end : next, 4));
  });
  return bytes;
}

export const orientation = (value: number): Field => [0x112, 3, 1, value];

export const segment = (marker: number, content: readonly number[]): number[] => [
  0xff,
  marker,
  ...big16(content.length + 2),
  ...content,
];
export const exifSegment = (tiff: readonly number[]): number[] =>
  segment(0xe1, [...ascii('Exif\0\0'), ...tiff]);
export const textSegment = (marker: number, words: string): number[] => segment(marker, ascii(words));

/** A gray JPEG of 30 × 20 pixels without picture data, after other segments. */
export const jpegOf = (...segments: readonly (readonly number[])[]): Uint8Array =>
  Uint8Array.from([
    ...[0xff, 0xd8],
    ...segments.flat(),
    ...segment(0xc0, [8, ...big16(20), ...big16(30), 1, 1, 0x11, 0]),
    ...segment(0xda, [1, 1, 0, 0, 63, 0]),
    ...[0xff, 0xd9],
  ]);

export const chunk = (type: string, content: readonly number[], length = content.length): number[] => [
  ...big32(length),
  ...ascii(type),
  ...content,
  ...big32(0),
];

/** The header of a PNG of 30 × 20 pixels, then other chunks. */
export const pngOf = (...chunks: readonly (readonly number[])[]): Uint8Array =>
  Uint8Array.from([
    ...ascii('\x89PNG\r\n\x1a\n'),
    ...chunk('IHDR', [...big32(30), ...big32(20), 8, 2, 0, 0, 0]),
    ...chunks.flat(),
  ]);

/** A box of an ISO base media file; `size` where it is to lie about it. */
export const box = (type: string, content: readonly number[], size = content.length + 8): number[] => [
  ...big32(size),
  ...ascii(type),
  ...content,
];

export const bytes = { ascii, big16, big32, little };
