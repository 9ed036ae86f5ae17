import type { MediaWarning } from '@mooring/contract';
import { ascii } from '../ascii.ts';
import { malformed } from '../probe-error.ts';
import type { RangeReader } from '../range-reader.ts';
import { readExif } from './exif.ts';
import { type HeifItems, readItems } from './heif-items.ts';
import { propertiesOf } from './heif-properties.ts';
import {
  animated,
  checkSize,
  type ImageFindings,
  type ImageFormat,
  type Preview,
  truncated,
  unusual,
} from './image-format.ts';
import { jpegAt } from './jpeg-segments.ts';
import { Section } from './section.ts';
import { topBoxes } from './top-boxes.ts';

const HEIC_BRANDS = ['heic', 'heix', 'heim', 'heis', 'hevc', 'hevx', 'hevm', 'hevs'];
const AVIF_BRANDS = ['avif', 'avis'];
/** Brands that name the structure and leave the codec open (ISO/IEC 23008-12, 10). */
const STRUCTURES = ['mif1', 'mif2', 'msf1', 'miaf'];
/** Brands of sequences of pictures. */
const SEQUENCES = ['avis', 'hevc', 'hevx', 'hevm', 'hevs', 'msf1'];
const MOST_BRANDS = 32;

export const heif: ImageFormat = {
  id: 'heif',
  mediaType: 'image/heif',
  kind: 'image',
  extensions: ['heic', 'heif', 'heics', 'hif', 'avif', 'avifs'],
  recognises: head => mediaTypeOf(brandsOf(head)) !== null,
  read,
};

/** The major brand, then the compatible ones. */
function brandsOf(head: Uint8Array): string[] {
  if (ascii(head, 4, 8) !== 'ftyp' || head.length < 16) return [];
  const size = new DataView(head.buffer, head.byteOffset).getUint32(0);
  const end = Math.min(size, head.length, 16 + 4 * MOST_BRANDS);
  const brands = [ascii(head, 8, 12)];
  for (let at = 16; at + 4 <= end; at += 4) brands.push(ascii(head, at, at + 4));
  return brands;
}

function mediaTypeOf([major = '', ...compatible]: readonly string[]): string | null {
  const meant = STRUCTURES.includes(major) ? compatible : [major];
  if (meant.some(brand => AVIF_BRANDS.includes(brand))) return 'image/avif';
  if (meant.some(brand => HEIC_BRANDS.includes(brand))) return 'image/heic';
  return STRUCTURES.includes(major) ? 'image/heif' : null;
}

async function read(reader: RangeReader): Promise<ImageFindings> {
  const brands = brandsOf(await reader.upTo(0, 16 + 4 * MOST_BRANDS));
  const items = await itemsOf(reader);
  const primary = await propertiesOf(reader, items);
  const place = items.exif === null ? undefined : items.places.get(items.exif);
  const exif = place && (await readExif(await withoutHeader(reader, place)));
  return {
    facts: {
      mediaType: mediaTypeOf(brands)!,
      brand: brands[0]!,
      ...checkSize(primary.width, primary.height),
      bitDepth: primary.bitDepth ?? null,
      codec: primary.codec ?? null,
      pixelFormat: primary.pixelFormat ?? null,
      rotation: primary.rotation,
      orientation: exif?.orientation ?? null,
    },
    warnings: [
      ...(exif?.warnings ?? []),
      ...(SEQUENCES.includes(brands[0]!) ? animated(null) : []),
      ...(primary.isMirrored ? [MIRRORED] : []),
      ...endWarnings(reader, items),
    ],
    previews: async () => [...((await exif?.previews()) ?? []), ...(await thumbnails(reader, items))],
  };
}

const MIRRORED = unusual(
  'The container tells viewers to mirror the picture. Tools that read pixels alone do not.',
);

/** The items of the file's `meta` box, which usually stands at the beginning. */
async function itemsOf(reader: RangeReader): Promise<HeifItems> {
  for await (const box of topBoxes(reader)) if (box.type === 'meta') return readItems(reader, box);
  throw malformed('The file has no box that describes its pictures.');
}

/** An item of EXIF data begins with the distance of the TIFF header (ISO/IEC 23008-12, A.2.1). */
async function withoutHeader(reader: RangeReader, { offset, length }: { offset: number; length: number }) {
  const bytes = await reader.upTo(offset, 4);
  const distance = bytes.length === 4 ? new DataView(bytes.buffer, bytes.byteOffset).getUint32(0) : 0;
  const start = Math.min(4 + distance, length);
  return new Section(reader, { offset: offset + start, length: length - start });
}

function endWarnings({ sizeBytes }: RangeReader, { places }: HeifItems): MediaWarning[] {
  const end = Math.max(0, ...[...places.values()].map(({ offset, length }) => offset + length));
  return end > sizeBytes
    ? [truncated(`The file has ${sizeBytes} bytes. Its pictures reach to byte ${end}.`)]
    : [];
}

/** Thumbnails that are plain JPEG files; most are of the picture's own codec. */
async function thumbnails(reader: RangeReader, { types, places, thumbnails }: HeifItems): Promise<Preview[]> {
  const previews: Preview[] = [];
  for (const id of thumbnails) {
    const place = types.get(id) === 'jpeg' ? places.get(id) : undefined;
    if (!place || place.offset + place.length > reader.sizeBytes) continue;
    const preview = await jpegAt(reader, place.offset, place.offset, place.length);
    if (preview) previews.push(preview);
  }
  return previews;
}
