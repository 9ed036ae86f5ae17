import type { MediaWarning } from '@mooring/contract';
import type { RangeReader } from '../range-reader.ts';
import type { Directories, Directory } from './directories.ts';

export const NEW_SUBFILE_TYPE = 254;
const IMAGE_DESCRIPTION = 270;
const TILE_WIDTH = 322;
const NDPI_FORMAT = 65420;
const NDPI_SOURCE_LENS = 65421;

export const SVS = 'image/x-aperio-svs';
export const NDPI = 'image/x-hamamatsu-ndpi';

/** Bit 0 of the type says: a smaller copy of another picture; bit 2: a mask. */
export const isReduced = (subfileType = 0): boolean => (subfileType & 1) !== 0;
const isMask = (subfileType = 0): boolean => (subfileType & 4) !== 0;

/** Each directory of a file can lie somewhere else, so that walking them all may cost one request each. */
const MOST_REQUESTS = 16;
const MOST_PAGES = 10_000;

export interface Pages {
  first: Directory;
  /** Pictures, without smaller copies and masks; levels of a slide; null where counting costs too much. */
  count: number | null;
  /** The media type of a whole slide image; null for others. */
  slide: string | null;
  warnings: MediaWarning[];
}

/** Walks the directories of a TIFF. */
export async function readPages(reader: RangeReader, directories: Directories): Promise<Pages> {
  const first = await directories.read(directories.first);
  const slide = await slideType(directories, first);
  const counts = slide ? isLevel : isPage;
  const seen = new Set<number>([directories.first]);
  const pages = { first, slide, count: 0, warnings: [] };
  for (let directory = first; ; ) {
    if (await counts(directories, directory)) pages.count++;
    const { next } = directory;
    if (next === 0) return { ...pages, count: Math.max(1, pages.count) };
    if (seen.has(next)) return { ...pages, count: null, warnings: [loop(next)] };
    if (seen.size >= MOST_PAGES || reader.spent.requests >= MOST_REQUESTS)
      return { ...pages, count: null, warnings: [tooMany(pages.count)] };
    if (next >= reader.sizeBytes)
      return { ...pages, count: null, warnings: [beyond(next, reader.sizeBytes)] };
    seen.add(next);
    directory = await directories.read(next);
  }
}

async function slideType(directories: Directories, { fields }: Directory): Promise<string | null> {
  if (fields.has(NDPI_FORMAT)) return NDPI;
  const description = await directories.text(fields.get(IMAGE_DESCRIPTION), 6);
  return description === 'Aperio' ? SVS : null;
}

async function isPage(directories: Directories, { fields }: Directory): Promise<boolean> {
  const type = await directories.number(fields.get(NEW_SUBFILE_TYPE));
  return !isReduced(type) && !isMask(type);
}

/** Levels of Aperio's slides are tiled, those of Hamamatsu's have a lens; labels and overviews have neither. */
async function isLevel(directories: Directories, { fields }: Directory): Promise<boolean> {
  const lens = fields.get(NDPI_SOURCE_LENS);
  if (lens) return ((await directories.float(lens)) ?? 0) > 0;
  return fields.has(TILE_WIDTH);
}

const warning = (code: MediaWarning['code'], message: string): MediaWarning => ({ code, message });
const loop = (at: number) =>
  warning('unusual', `The directory at byte ${at} follows itself. The pages are not counted.`);
const tooMany = (seen: number) =>
  warning(
    'estimated',
    `The file has more than ${seen} pages. Counting all of them would read too much of it.`,
  );
const beyond = (at: number, size: number) =>
  warning(
    'truncated',
    `The file has ${size} bytes. The directory of a further page should be at byte ${at}.`,
  );
