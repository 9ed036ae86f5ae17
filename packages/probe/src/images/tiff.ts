import type { MediaFacts, MediaWarning } from '@mooring/contract';
import { ascii } from '../ascii.ts';
import { malformed } from '../probe-error.ts';
import type { RangeReader } from '../range-reader.ts';
import { Directories, type Directory } from './directories.ts';
import { jpegOf, readExif } from './exif.ts';
import { checkSize, type ImageFindings, type ImageFormat, type Preview, truncated } from './image-format.ts';
import { Section } from './section.ts';
import { isReduced, NEW_SUBFILE_TYPE, type Pages, readPages } from './tiff-pages.ts';
import { tiffPixels } from './tiff-pixels.ts';

const SIGNATURES = ['II*\0', 'MM\0*', 'II+\0', 'MM\0+'];
const WIDTH = 256;
const HEIGHT = 257;
const STRIP_OFFSETS = 273;
const STRIP_BYTES = 279;
const TILE_OFFSETS = 324;
const TILE_BYTES = 325;
const SUB_DIRECTORIES = 330;
const DNG_VERSION = 50706;

export const tiff: ImageFormat = {
  id: 'tiff',
  mediaType: 'image/tiff',
  kind: 'image',
  extensions: ['tif', 'tiff', 'btf', 'tf8', 'dng', 'svs', 'ndpi', 'nef', 'cr2', 'arw', 'pef'],
  recognises: head => SIGNATURES.includes(ascii(head, 0, 4)),
  read,
};

async function read(reader: RangeReader): Promise<ImageFindings> {
  const whole = new Section(reader, { offset: 0, length: reader.sizeBytes });
  const directories = await Directories.open(whole);
  const pages = await readPages(reader, directories);
  const subs = await subDirectories(directories, pages.first);
  const main = await mainPicture(directories, [pages.first, ...subs]);
  const exif = await readExif(whole);
  return {
    facts: {
      ...mediaType(pages),
      ...(await sizeOf(directories, main)),
      ...(await tiffPixels(directories, main)),
      orientation: exif.orientation,
      pages: pages.count,
    },
    warnings: [...exif.warnings, ...pages.warnings, ...(await endWarnings(reader, directories, main))],
    previews: () => previewsOf(whole, directories, [pages.first, ...subs], exif.previews),
  };
}

function mediaType({ first, slide }: Pages): Partial<MediaFacts> {
  if (slide) return { mediaType: slide };
  return first.fields.has(DNG_VERSION) ? { mediaType: 'image/x-adobe-dng' } : {};
}

const MOST_SUBS = 8;

/** Raw photographs and TIFFs of tools keep the picture, or smaller copies, in directories below the first. */
async function subDirectories(directories: Directories, first: Directory): Promise<Directory[]> {
  if (!isReduced(await directories.number(first.fields.get(NEW_SUBFILE_TYPE)))) return [];
  const offsets = await directories.numbers(first.fields.get(SUB_DIRECTORIES), MOST_SUBS);
  const subs: Directory[] = [];
  for (const offset of offsets) subs.push(await directories.read(offset));
  return subs;
}

/** The first directory, unless it says that it is a smaller copy of another one. */
async function mainPicture(directories: Directories, candidates: readonly Directory[]): Promise<Directory> {
  for (const candidate of candidates)
    if (!isReduced(await directories.number(candidate.fields.get(NEW_SUBFILE_TYPE)))) return candidate;
  return candidates[0]!;
}

async function sizeOf(directories: Directories, { fields }: Directory) {
  const width = await directories.number(fields.get(WIDTH));
  const height = await directories.number(fields.get(HEIGHT));
  if (width === undefined || height === undefined)
    throw malformed('The first directory does not say how large the picture is.');
  return checkSize(width, height);
}

/** Tables up to this length are read to see whether the last of the picture is there. */
const MOST_PARTS = 512;

async function endWarnings(
  { sizeBytes }: RangeReader,
  directories: Directories,
  { fields }: Directory,
): Promise<MediaWarning[]> {
  const offsets = fields.get(STRIP_OFFSETS) ?? fields.get(TILE_OFFSETS);
  const lengths = fields.get(STRIP_BYTES) ?? fields.get(TILE_BYTES);
  if (!offsets || !lengths || offsets.count > MOST_PARTS) return [];
  const starts = await directories.numbers(offsets, MOST_PARTS);
  const sizes = await directories.numbers(lengths, MOST_PARTS);
  const end = Math.max(0, ...starts.map((start, i) => start + (sizes[i] ?? 0)));
  if (end <= sizeBytes) return [];
  return [truncated(`The file has ${sizeBytes} bytes. Its picture reaches to byte ${end}.`)];
}

async function previewsOf(
  whole: Section,
  directories: Directories,
  candidates: readonly Directory[],
  thumbnails: () => Promise<Preview[]>,
): Promise<Preview[]> {
  const previews = await thumbnails();
  for (const candidate of candidates) {
    const preview = await jpegOf(whole, directories, candidate);
    if (preview) previews.push(preview);
  }
  return previews;
}
