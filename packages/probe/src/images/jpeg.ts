import type { MediaWarning } from '@mooring/contract';
import { ascii } from '../ascii.ts';
import { malformed } from '../probe-error.ts';
import { HEAD_BYTES, type RangeReader } from '../range-reader.ts';
import { readExif } from './exif.ts';
import { checkSize, type ImageFindings, type ImageFormat, truncated, unusual } from './image-format.ts';
import { type Frame, isFrame, readFrame, type Segment, segmentsOf } from './jpeg-segments.ts';
import { multiPicturePreviews } from './multi-picture.ts';
import { type Piece, Section } from './section.ts';
import { subsampling } from './subsampling.ts';

const APP1 = 0xe1;
const APP2 = 0xe2;
const APP14 = 0xee;
const JPEG_LS = 0xf7;

/** What stands in a JPEG before its frame header. */
interface Preamble {
  /** EXIF data, of which large ones lie in several segments. */
  exif: Piece[];
  /** Where the TIFF header of the multi-picture format lies. */
  multiPicture?: Piece;
  /** The colour transform that Adobe's segment states. */
  transform?: number;
}

export const jpeg: ImageFormat = {
  id: 'jpeg',
  mediaType: 'image/jpeg',
  kind: 'image',
  extensions: ['jpg', 'jpeg', 'jpe', 'jfif', 'mpo', 'jls'],
  recognises: head => head[0] === 0xff && head[1] === 0xd8 && head[2] === 0xff,
  read,
};

async function read(reader: RangeReader): Promise<ImageFindings> {
  const preamble: Preamble = { exif: [] };
  for await (const segment of segmentsOf(reader)) {
    if (isFrame(segment)) return findings(reader, preamble, segment);
    await note(reader, segment, preamble);
  }
  throw malformed('The picture data begin without a header that says how large the picture is.');
}

async function note(reader: RangeReader, { marker, offset, length }: Segment, preamble: Preamble) {
  if (marker !== APP1 && marker !== APP2 && marker !== APP14) return;
  const start = await reader.upTo(offset, Math.min(length, 12));
  const begins = (words: string) => ascii(start, 0, words.length) === words;
  if (marker === APP1 && begins('Exif\0\0')) {
    const isFirst = preamble.exif.length === 0;
    const isAnother = ['II*\0', 'MM\0*'].includes(ascii(start, 6, 10));
    if (isFirst || !isAnother) preamble.exif.push({ offset: offset + 6, length: length - 6 });
  }
  if (marker === APP2 && begins('MPF\0')) preamble.multiPicture = { offset: offset + 4, length: length - 4 };
  if (marker === APP14 && begins('Adobe') && start.length === 12) preamble.transform = start[11]!;
}

async function findings(reader: RangeReader, preamble: Preamble, segment: Segment): Promise<ImageFindings> {
  const frame = await readFrame(reader, segment);
  const exif = preamble.exif.length > 0 ? await readExif(new Section(reader, ...preamble.exif)) : null;
  return {
    facts: {
      ...(frame.marker === JPEG_LS ? { mediaType: 'image/jls' } : {}),
      ...checkSize(frame.width, frame.height),
      bitDepth: frame.bitDepth,
      orientation: exif?.orientation ?? null,
      pixelFormat: pixelFormat(frame, preamble.transform),
    },
    warnings: [...(exif?.warnings ?? []), ...colourWarnings(frame), ...(await endWarnings(reader, segment))],
    previews: async () => [
      ...((await exif?.previews()) ?? []),
      ...(preamble.multiPicture ? await multiPicturePreviews(reader, preamble.multiPicture) : []),
    ],
  };
}

function pixelFormat({ marker, bitDepth, components }: Frame, transform: number | undefined): string | null {
  if (bitDepth !== 8 || marker === JPEG_LS) return null;
  const [first, second, third] = components;
  if (components.length === 1) return 'gray';
  if (components.length !== 3 || !first || !second || !third) return null;
  const isRgb = transform === 0 || ascii(Uint8Array.of(first.id, second.id, third.id)) === 'RGB';
  if (isRgb) return 'gbrp';
  const layout = subsampling(first.horizontal / second.horizontal, first.vertical / second.vertical);
  return layout && `yuvj${layout}p`;
}

const colourWarnings = ({ components }: Frame): MediaWarning[] =>
  components.length === 4
    ? [
        unusual(
          'The picture has four colour components (CMYK). Many tools show its colours wrongly or not at all.',
        ),
      ]
    : [];

/** A small file is in memory whole, so its end marker can be looked for. */
async function endWarnings(reader: RangeReader, { offset }: Segment): Promise<MediaWarning[]> {
  if (reader.sizeBytes > HEAD_BYTES) return [];
  const rest = await reader.upTo(offset, HEAD_BYTES);
  for (let at = rest.length - 2; at >= 0; at--) if (rest[at] === 0xff && rest[at + 1] === 0xd9) return [];
  return [truncated('The file ends before the end marker of the picture.')];
}
