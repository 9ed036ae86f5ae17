import { malformed } from '../../probe-error.ts';

/** What the settings of a video codec say of its pictures. What they do not say is absent. */
export interface Picture {
  /** As RFC 6381 writes it. */
  codec?: string;
  width?: number;
  height?: number;
  bitDepth?: number;
  /** As ffmpeg names it. */
  pixelFormat?: string;
  /** Frames a second, where the codec itself states it. */
  fps?: number;
}

/** How H.264, H.265, VP9 and AV1 describe a sample. */
interface Samples {
  bitDepth: number;
  /** `chroma_format_idc`: 0 gray, 1 4:2:0, 2 4:2:2, 3 4:4:4. */
  chroma: number;
  /** Red, green and blue instead of luma and chroma. */
  rgb?: boolean | undefined;
  /** ffmpeg names the full range only where bits are eight, and only for H.264 and H.265. */
  fullRange?: boolean | undefined;
}

/** The name that ffmpeg gives to a pixel format. */
export function pixelFormat({ bitDepth, chroma, rgb, fullRange }: Samples): string {
  const deep = bitDepth > 8 ? `${bitDepth}le` : '';
  if (chroma === 0) return `gray${deep}`;
  if (rgb && chroma === 3) return `gbrp${deep}`;
  const layout = ['', '420', '422', '444'][chroma];
  return `yuv${fullRange && bitDepth === 8 ? 'j' : ''}${layout}p${deep}`;
}

/** More than any codec's highest level allows. */
const MOST_PIXELS = 65_536;

/** @throws ProbeError `malformed` where the settings describe no picture */
export function sized(width: number, height: number): { width: number; height: number } {
  const isPicture = width > 0 && height > 0 && width <= MOST_PIXELS && height <= MOST_PIXELS;
  if (!isPicture) throw malformed(`The codec settings describe pictures of ${width} × ${height} pixels.`);
  return { width, height };
}

/** Two hexadecimal digits, as RFC 6381 wants them. */
export const hex2 = (byte: number): string => byte.toString(16).padStart(2, '0');
export const decimal2 = (value: number): string => String(value).padStart(2, '0');
