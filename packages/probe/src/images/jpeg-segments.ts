import { malformed, ProbeError } from '../probe-error.ts';
import type { Preview } from './image-format.ts';
import { type Bytes, Section } from './section.ts';

/** A marker segment (ITU-T T.81, B.1.1.4). */
export interface Segment {
  marker: number;
  /** Where its parameters begin, after the length. */
  offset: number;
  length: number;
}

export interface Frame {
  /** Which process codes it: 0xC0 baseline, 0xC2 progressive, 0xF7 JPEG-LS. */
  marker: number;
  bitDepth: number;
  width: number;
  height: number;
  components: { id: number; horizontal: number; vertical: number }[];
}

/** Bytes between segments that decoders pass over; more is no JPEG. */
const MOST_FILL_BYTES = 64 * 1024;
const START_OF_SCAN = 0xda;
const END_OF_IMAGE = 0xd9;

/**
 * The segments before the picture data.
 * @throws ProbeError `truncated`, `malformed`
 */
export async function* segmentsOf(bytes: Bytes): AsyncGenerator<Segment> {
  let fill = 0;
  for (let at = 2; ; ) {
    const head = await bytes.upTo(at, 4);
    const isMarker = head[0] === 0xff && head[1] !== 0xff && head[1] !== 0;
    if (head.length === 4 && !isMarker) {
      const skipped = await fillBytes(bytes, at);
      fill += skipped;
      if (fill > MOST_FILL_BYTES)
        throw malformed(`There is no marker where one was expected, at byte ${at}.`);
      at += skipped;
      continue;
    }
    const marker = head[1]!;
    const standsAlone = marker === 0x01 || (marker >= 0xd0 && marker <= 0xd8);
    if (marker === START_OF_SCAN || marker === END_OF_IMAGE) return;
    if (head.length < 4) throw new ProbeError('truncated', 'The file ends before the size of the picture.');
    const length = standsAlone ? 0 : (head[2]! << 8) | head[3]!;
    if (!standsAlone && length < 2)
      throw malformed(`The segment at byte ${at} says that it has ${length} bytes.`);
    if (!standsAlone) yield { marker, offset: at + 4, length: length - 2 };
    at += 2 + length;
  }
}

/** How many bytes to pass over until a marker may begin; at least one. */
async function fillBytes(bytes: Bytes, at: number): Promise<number> {
  const ahead = await bytes.upTo(at, 4096);
  for (let i = 1; i + 1 < ahead.length; i++)
    if (ahead[i] === 0xff && ahead[i + 1] !== 0xff && ahead[i + 1] !== 0) return i;
  return Math.max(1, ahead.length - 1);
}

/** Start of frame: 0xC0 to 0xCF without the three that are tables, and that of JPEG-LS. */
export const isFrame = ({ marker }: Segment): boolean =>
  marker === 0xf7 || (marker >= 0xc0 && marker <= 0xcf && ![0xc4, 0xc8, 0xcc].includes(marker));

/** @throws ProbeError `truncated` */
export async function readFrame(bytes: Bytes, { marker, offset, length }: Segment): Promise<Frame> {
  const header = await bytes.upTo(offset, Math.min(length, 6 + 4 * 3));
  if (header.length < 6) throw new ProbeError('truncated', 'The file ends before the size of the picture.');
  const count = header[5]!;
  return {
    marker,
    bitDepth: header[0]!,
    height: (header[1]! << 8) | header[2]!,
    width: (header[3]! << 8) | header[4]!,
    components: Array.from({ length: count }, (_, i) => ({
      id: header[6 + 3 * i] ?? 0,
      horizontal: (header[7 + 3 * i] ?? 0) >> 4,
      vertical: (header[7 + 3 * i] ?? 0) & 15,
    })),
  };
}

/**
 * Describes a JPEG inside a file; null where there is none.
 * @param place where it lies in the file
 */
export async function jpegAt(
  file: Bytes,
  place: number,
  offset: number,
  length: number,
): Promise<Preview | null> {
  const start = await file.upTo(offset, 3);
  if (start[0] !== 0xff || start[1] !== 0xd8 || start[2] !== 0xff) return null;
  const picture = new Section(file, { offset, length });
  const preview: Preview = { offset: place, length, mediaType: 'image/jpeg' };
  for await (const segment of segmentsOf(picture))
    if (isFrame(segment)) {
      const { width, height } = await readFrame(picture, segment);
      return { ...preview, width, height };
    }
  return preview;
}
