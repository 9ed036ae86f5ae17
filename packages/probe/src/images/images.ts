import { bmp } from './bmp.ts';
import { gif } from './gif.ts';
import { heif } from './heif.ts';
import type { ImageFormat } from './image-format.ts';
import { jpeg } from './jpeg.ts';
import { jpeg2000 } from './jpeg2000.ts';
import { jxl } from './jxl.ts';
import { png } from './png.ts';
import { tiff } from './tiff.ts';
import { webp } from './webp.ts';

/** Formats of pictures. All have long signatures, so their order does not matter. */
export const IMAGES: readonly ImageFormat[] = [jpeg, png, webp, heif, tiff, gif, bmp, jxl, jpeg2000];
