import type { MediaFacts } from '@mooring/contract';
import type { Directories, Directory } from './directories.ts';
import { subsampling } from './subsampling.ts';

const BITS_PER_SAMPLE = 258;
const PHOTOMETRIC = 262;
const SAMPLES_PER_PIXEL = 277;
const SAMPLE_FORMAT = 339;
const CHROMA_SUBSAMPLING = 530;

const WHITE_IS_ZERO = 0;
const BLACK_IS_ZERO = 1;
const RGB = 2;
const PALETTE = 3;
const YCBCR = 6;
const FLOAT = 3;

/** Bits of a sample, and the pixel format as ffmpeg names it; null where it has no name for it. */
export async function tiffPixels(
  directories: Directories,
  { fields }: Directory,
): Promise<Pick<MediaFacts, 'bitDepth' | 'pixelFormat'>> {
  const value = (tag: number) => directories.number(fields.get(tag));
  const bitDepth = (await value(BITS_PER_SAMPLE)) ?? 1;
  const pixels = {
    bitDepth,
    samples: (await value(SAMPLES_PER_PIXEL)) ?? 1,
    photometric: await value(PHOTOMETRIC),
    isFloat: (await value(SAMPLE_FORMAT)) === FLOAT,
    order: directories.isLittle ? 'le' : 'be',
  };
  const steps = await directories.numbers(fields.get(CHROMA_SUBSAMPLING), 2);
  const pixelFormat = pixels.photometric === YCBCR ? lumaAndChroma(bitDepth, steps) : nameOf(pixels);
  return { bitDepth, pixelFormat };
}

interface Pixels {
  bitDepth: number;
  samples: number;
  photometric: number | undefined;
  isFloat: boolean;
  order: string;
}

function nameOf({ bitDepth, samples, photometric, isFloat, order }: Pixels): string | null {
  const isGray = photometric === WHITE_IS_ZERO || photometric === BLACK_IS_ZERO;
  if (isFloat) return bitDepth === 32 && isGray && samples === 1 ? `grayf32${order}` : null;
  if (isGray && bitDepth === 1 && samples === 1) return 'monob';
  if (photometric === PALETTE) return bitDepth <= 8 ? 'pal8' : null;
  if (bitDepth !== 8 && bitDepth !== 16) return null;
  const names = isGray ? ['gray', 'ya'] : photometric === RGB ? ['', '', 'rgb', 'rgba'] : [];
  const name = names[samples - 1];
  if (!name) return null;
  if (bitDepth === 8) return { gray: 'gray', ya: 'ya8', rgb: 'rgb24', rgba: 'rgba' }[name] ?? null;
  return { gray: 'gray16', ya: 'ya16', rgb: 'rgb48', rgba: 'rgba64' }[name] + order;
}

/** Half the chroma in both directions is what readers assume where the file does not say. */
function lumaAndChroma(bitDepth: number, [horizontal = 2, vertical = 2]: readonly number[]): string | null {
  const layout = subsampling(horizontal, vertical);
  return layout && bitDepth === 8 ? `yuv${layout}p` : null;
}
