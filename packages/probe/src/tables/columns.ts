import { HEAD_BYTES } from '../range-reader.ts';

const MOST_COLUMNS = 1000;
const LONGEST_NAME = 200;

/** Names of columns as facts keep them. */
export const columnsFrom = (names: readonly string[] | null): string[] | null =>
  names && names.length > 0 ? names.slice(0, MOST_COLUMNS).map(name => name.slice(0, LONGEST_NAME)) : null;

/** How many of something a file has, where its first 64 KiB have `count`, in that share of them. */
export const estimate = (count: number, share: number, sizeBytes: number): number =>
  Math.round((count * sizeBytes) / (HEAD_BYTES * share));
