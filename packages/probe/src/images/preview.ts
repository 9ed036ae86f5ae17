import { HEAD_BYTES, type RangeReader } from '../range-reader.ts';
import type { Preview } from './image-format.ts';
import { IMAGES } from './images.ts';

/**
 * Where a picture carries a smaller JPEG of itself: in its EXIF data, as a preview of the multi-picture format, or as a
 * thumbnail of HEIF.
 * @param options.atLeast pixels that its longer side must have; the smallest that has them is taken
 * @returns null where there is none, and where the file is no picture
 * @throws ProbeError
 */
export async function findPreview(
  reader: RangeReader,
  { atLeast = 0 }: { atLeast?: number } = {},
): Promise<Preview | null> {
  const head = await reader.upTo(0, HEAD_BYTES);
  const format = IMAGES.find(candidate => candidate.recognises(head, reader.sizeBytes));
  const previews = (await (await format?.read(reader))?.previews?.()) ?? [];
  const longerSide = ({ width = 0, height = 0 }: Preview) => Math.max(width, height);
  const fitting = previews.filter(preview => longerSide(preview) >= atLeast);
  return fitting.sort((a, b) => longerSide(a) - longerSide(b))[0] ?? null;
}
