import type { MediaWarning } from '@mooring/contract';
import { ProbeError } from '../probe-error.ts';
import { Directories, type Directory } from './directories.ts';
import { type Preview, unusual } from './image-format.ts';
import { jpegAt } from './jpeg-segments.ts';
import type { Section } from './section.ts';

/** What EXIF data say (CIPA DC-008). */
export interface Exif {
  /** 1 to 8; null where there is no such tag, or where its value has no meaning. */
  orientation: number | null;
  warnings: MediaWarning[];
  previews(): Promise<Preview[]>;
}

const ORIENTATION = 0x112;
const GPS_DIRECTORY = 0x8825;
const GPS_LATITUDE = 2;
const GPS_LONGITUDE = 4;
const JPEG_OFFSET = 0x201;
const JPEG_LENGTH = 0x202;

/** Reads EXIF data. Where they are broken that is a warning, as the picture is not. */
export async function readExif(section: Section): Promise<Exif> {
  const exif: Exif = { orientation: null, warnings: [], previews: async () => [] };
  try {
    const directories = await Directories.open(section);
    const first = await directories.read(directories.first);
    exif.orientation = meaningful(await directories.number(first.fields.get(ORIENTATION)));
    exif.previews = () => thumbnails(section, directories, first);
    const gps = await directories.number(first.fields.get(GPS_DIRECTORY));
    if (gps !== undefined && hasPlace(await directories.read(gps))) exif.warnings.push(PLACE);
  } catch (error) {
    exif.warnings.push(brokenExif(error));
  }
  return exif;
}

const PLACE: MediaWarning = {
  code: 'personal_data',
  message: 'The EXIF data say where the picture was taken.',
};

/** @throws what is no fault of the EXIF data */
function brokenExif(error: unknown): MediaWarning {
  const isTheirs = error instanceof ProbeError && ['malformed', 'truncated'].includes(error.code);
  if (!isTheirs) throw error;
  return unusual(`The EXIF data cannot be read whole. ${error.message}`);
}

const meaningful = (orientation: number | undefined): number | null =>
  orientation && orientation <= 8 ? orientation : null;

/** Many cameras write the directory with nothing but its version. */
const hasPlace = ({ fields }: Directory): boolean => fields.has(GPS_LATITUDE) || fields.has(GPS_LONGITUDE);

/** The thumbnail of the second directory (CIPA DC-008, 4.5.4). */
async function thumbnails(section: Section, directories: Directories, first: Directory): Promise<Preview[]> {
  if (!first.next) return [];
  const preview = await jpegOf(section, directories, await directories.read(first.next));
  return preview ? [preview] : [];
}

/** The JPEG that a directory points at, if it does. */
export async function jpegOf(
  section: Section,
  directories: Directories,
  { fields }: Directory,
): Promise<Preview | null> {
  const offset = await directories.number(fields.get(JPEG_OFFSET));
  const length = await directories.number(fields.get(JPEG_LENGTH));
  if (!offset || !length) return null;
  const place = section.place(offset, length);
  return place === null ? null : jpegAt(section, place, offset, length);
}
