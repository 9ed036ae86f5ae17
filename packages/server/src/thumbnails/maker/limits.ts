import type { Budget } from '@mooring/probe';

/** The most that is read of an original; larger ones have thumbnails only where they carry a preview. */
export const MOST_BYTES = 32 << 20;
/** What one thumbnail may cost. The head and the index of a file are read besides. */
export const BUDGET: Budget = {
  bytes: MOST_BYTES + (1 << 20),
  requests: 64,
  reads: 20_000,
  milliseconds: 20_000,
};
export const MOST_PIXELS = 300_000_000;
