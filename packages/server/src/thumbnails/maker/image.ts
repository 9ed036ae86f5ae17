import type { MediaFacts } from '@mooring/contract';
import { findPreview, type RangeReader } from '@mooring/probe';
import type { Metadata, Sharp } from 'sharp';
import { decode } from './encode.ts';
import { MOST_BYTES } from './limits.ts';
import { NoThumbnail } from './no-thumbnail.ts';

/** The part of the wanted size that a preview must have: 160 pixels, as cameras write them, do for 256. */
const ENOUGH = 0.6;
/** Smaller originals are read rather than their previews. */
const SMALL_BYTES = 256 * 1024;
/** By content. Others come only with a preview. */
const DECODED = new Set([
  'image/jpeg',
  'image/png',
  'image/apng',
  'image/webp',
  'image/gif',
  'image/tiff',
  'image/avif',
  'image/svg+xml',
]);

/** The preview that a picture carries where it is large enough, else the picture itself; upright. */
export async function pictureOfImage(reader: RangeReader, facts: MediaFacts, size: number): Promise<Sharp> {
  const isDecoded = DECODED.has(facts.mediaType);
  if (isDecoded && reader.sizeBytes <= SMALL_BYTES) return wholePicture(reader);
  const preview = await previewOf(reader, facts, size * ENOUGH);
  if (preview) return preview;
  if (!isDecoded)
    throw new NoThumbnail(
      'Format not supported',
      `Pictures of the type ${facts.mediaType} are not decoded. This one carries no preview in JPEG.`,
    );
  if (reader.sizeBytes > MOST_BYTES)
    throw new NoThumbnail(
      'Too large a file',
      `The file has ${reader.sizeBytes.toLocaleString('en')} bytes and carries no preview. Originals are read up to ${MOST_BYTES.toLocaleString('en')} bytes.`,
    );
  return wholePicture(reader);
}

const wholePicture = async (reader: RangeReader): Promise<Sharp> =>
  decode(await reader.read(0, reader.sizeBytes)).autoOrient();

/** Null where there is none, or none that can be decoded. */
async function previewOf(reader: RangeReader, facts: MediaFacts, atLeast: number): Promise<Sharp | null> {
  const found = await findPreview(reader, { atLeast });
  if (!found || found.length > MOST_BYTES) return null;
  const bytes = await reader.read(found.offset, found.length);
  const { width = 0, height = 0 } = await decode(bytes)
    .metadata()
    .catch((): Partial<Metadata> => ({})); // The picture itself may be better.
  if (width === 0 || height === 0) return null;
  const framed = await withoutBars(bytes, { width, height }, facts);
  return turn(framed, facts.orientation ?? 1);
}

/** Cameras fill previews of 4:3 with black bars where the picture has another shape. */
async function withoutBars(
  bytes: Uint8Array,
  preview: { width: number; height: number },
  { width, height }: MediaFacts,
): Promise<Sharp> {
  if (!width || !height) return decode(bytes);
  const scale = Math.min(preview.width / width, preview.height / height);
  const inner = { width: Math.round(width * scale), height: Math.round(height * scale) };
  if (preview.width - inner.width < 3 && preview.height - inner.height < 3) return decode(bytes);
  const left = (preview.width - inner.width) >> 1;
  const top = (preview.height - inner.height) >> 1;
  const cropped = decode(bytes).extract({
    left,
    top,
    width: Math.max(1, inner.width),
    height: Math.max(1, inner.height),
  });
  return decode(await cropped.png({ compressionLevel: 0 }).toBuffer());
}

/** Turns as EXIF says; previews say nothing of themselves. Sharp mirrors before it turns. */
export function turn(picture: Sharp, orientation: number): Sharp {
  const isMirrored = [2, 4, 5, 7].includes(orientation);
  const degrees = [0, 0, 0, 180, 180, 270, 90, 90, 270][orientation] ?? 0;
  return (isMirrored ? picture.flop() : picture).rotate(degrees);
}
