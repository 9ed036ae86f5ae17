import type { SyncCounts } from '@mooring/contract';
import { z } from 'zod';

const state = z.object({
  /** Assets written later than this know better than the listing; the next sync looks at them. */
  startedAt: z.coerce.date(),
  /** `listing` range by range, then `closing`: burying what was not listed; then `done`. */
  phase: z.enum(['listing', 'closing', 'done']),
  /** Whether keys may be listed by ranges. Once the storage turns out not to keep them it stays false. */
  cuts: z.boolean(),
  /** Tombstones made so far. */
  removed: z.number(),
  /** What was listed in all, as of `closing`: the ranges that say so are deleted then, piece by piece. */
  listed: z
    .object({
      listed: z.number(),
      added: z.number(),
      changed: z.number(),
      restored: z.number(),
      unchanged: z.number(),
      skipped: z.number(),
    })
    .optional(),
});

/** What a sync as a whole remembers; its ranges remember how far each has come. */
export type SyncState = z.infer<typeof state>;

/** The state that a checkpoint holds; null for a sync that begins now. */
export const readState = (checkpoint: unknown): SyncState | null =>
  checkpoint === null ? null : state.parse(checkpoint);

/** Counts of what was listed. */
export type ListedCounts = Omit<SyncCounts, 'removed'>;

export const noCounts = (): ListedCounts => ({
  listed: 0,
  added: 0,
  changed: 0,
  restored: 0,
  unchanged: 0,
  skipped: 0,
});

export function plus(counts: ListedCounts, more: Partial<ListedCounts>): ListedCounts {
  const sum = { ...counts };
  for (const name of Object.keys(sum) as (keyof ListedCounts)[]) sum[name] += more[name] ?? 0;
  return sum;
}
