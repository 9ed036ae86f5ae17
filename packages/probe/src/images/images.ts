import { bmp } from './bmp.ts';
import { gif } from './gif.ts';
import type { ImageFormat } from './image-format.ts';
import { jpeg } from './jpeg.ts';
import { png } from './png.ts';
import { tiff } from './tiff.ts';
import { webp } from './webp.ts';

/** Formats of pictures. All have long signatures, so their order does not matter. */
export const IMAGES: readonly ImageFormat[] = [jpeg, png, webp, tiff, gif, bmp];
