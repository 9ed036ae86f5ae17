import type { Format } from './format.ts';

/** All formats. The first that recognises a file reads it, so the stricter ones stand before those that accept more. */
export const FORMATS: readonly Format[] = [];
