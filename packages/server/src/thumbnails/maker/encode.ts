import sharp, { type Sharp, type SharpOptions } from 'sharp';
import { MOST_PIXELS } from './limits.ts';
import type { ThumbnailFormat } from './messages.ts';
import { NoThumbnail } from './no-thumbnail.ts';

// One picture at a time, and nothing kept of it: the process is one of several.
sharp.concurrency(1);
sharp.cache(false);
// Only the decoders that are meant to be used, also where a file says that it is something else.
sharp.block({ operation: ['VipsForeignLoad'] });
sharp.unblock({
  operation: [
    'VipsForeignLoadJpegBuffer',
    'VipsForeignLoadPngBuffer',
    'VipsForeignLoadWebpBuffer',
    'VipsForeignLoadNsgifBuffer',
    'VipsForeignLoadTiffBuffer',
    'VipsForeignLoadHeifBuffer',
    'VipsForeignLoadSvgBuffer',
  ],
});

/** A header costs nothing; what it says is compared with `MOST_PIXELS`. */
const DECODING: SharpOptions = {
  limitInputPixels: MOST_PIXELS,
  sequentialRead: true,
  failOn: 'truncated',
  pages: 1,
};

/** Decodes what is in memory; of what moves, the first frame. */
export const decode = (bytes: Uint8Array): Sharp => sharp(bytes, DECODING);

/** Pixels as they are: rows from the top, 8 bits a sample. */
export const decoded = (pixels: Uint8Array, width: number, height: number, channels: 1 | 3): Sharp =>
  sharp(pixels, { raw: { width, height, channels } });

/** To `size` pixels on its longer side; never larger than it is. */
export const shrink = (picture: Sharp, size: number): Sharp =>
  picture.resize(size, size, { fit: 'inside', withoutEnlargement: true }).toColourspace('srgb');

/** @throws NoThumbnail where it cannot be decoded */
export async function encode(picture: Sharp, format: ThumbnailFormat): Promise<Uint8Array> {
  const encoder =
    format === 'avif' ? picture.avif({ quality: 50, effort: 2 }) : picture.webp({ quality: 75, effort: 3 });
  return encoder.toBuffer().catch(error => {
    const words = error instanceof Error ? error.message : String(error);
    const isTooLarge = /pixel limit/.test(words);
    throw new NoThumbnail(
      isTooLarge ? 'Too large a picture' : 'Damaged file',
      isTooLarge
        ? `The picture has more than ${MOST_PIXELS.toLocaleString('en')} pixels.`
        : `The picture cannot be decoded: ${words.slice(0, 300)}`,
      { cause: error },
    );
  });
}
