import type { Format } from './format.ts';
import { MP4, QUICKTIME } from './video/iso/mp4.ts';

/** All formats. The first that recognises a file reads it, so the stricter ones stand before those that accept more. */
export const FORMATS: readonly Format[] = [MP4, QUICKTIME];
