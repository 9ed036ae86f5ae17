import type { MediaWarning } from '@mooring/contract';
import type { Findings, Format } from '../format.ts';
import { malformed } from '../probe-error.ts';
import type { RangeReader } from '../range-reader.ts';

/** A small JPEG picture that a file carries beside the picture itself. */
export interface Preview {
  /** In bytes, from the beginning of the file. */
  offset: number;
  length: number;
  mediaType: 'image/jpeg';
  /** Pixels as stored, where they could be read. */
  width?: number;
  height?: number;
}

export interface ImageFindings extends Findings {
  /** Looks up where previews lie; reads more than the facts need. */
  previews?: () => Promise<Preview[]>;
}

export interface ImageFormat extends Format {
  readonly kind: 'image';
  read(reader: RangeReader): Promise<ImageFindings>;
}

/** @throws ProbeError `malformed` where a picture has no size */
export function checkSize(width: number, height: number): { width: number; height: number } {
  if (width > 0 && height > 0) return { width, height };
  throw malformed(`The header says that the picture has ${width} × ${height} pixels.`);
}

export const truncated = (message: string): MediaWarning => ({ code: 'truncated', message });
export const unusual = (message: string): MediaWarning => ({ code: 'unusual', message });

/** The warning about a picture that moves: most tools take its first frame only. */
export const animated = (frames: number | null): MediaWarning[] =>
  frames === 1
    ? []
    : [
        {
          code: 'animated',
          message: `The picture is an animation${frames === null ? '' : ` of ${frames} frames`}.`,
        },
      ];

/** Animations are walked through to here; the frames of longer ones are estimated. */
const MOST_COUNTED_BYTES = 1 << 20;

/**
 * The frames of an animation, once enough of it has been seen.
 * @param at how far it was read; @param start where its first frame begins
 */
export function estimateFrames(
  reader: RangeReader,
  seen: number,
  start: number,
  at: number,
): { frames: number; framesExact: false } | undefined {
  if (reader.spent.bytes < MOST_COUNTED_BYTES || seen === 0) return undefined;
  const frames = Math.max(seen, Math.round((seen * (reader.sizeBytes - start)) / (at - start)));
  return { frames, framesExact: false };
}
