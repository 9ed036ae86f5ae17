import { type SyncCounts, syncCounts } from '@mooring/contract';
import { z } from 'zod';

const state = z.object({
  /** Assets written later than this know better than the listing; the next sync looks at them. */
  startedAt: z.coerce.date(),
  /** `listing` page by page, then `closing`: burying what was not listed; then `done`. */
  phase: z.enum(['listing', 'closing', 'done']),
  /** Where the listing goes on. */
  cursor: z.string().nullable(),
  /** The last key before that cursor. */
  before: z.string(),
  /** Whether every key so far has come in the order of bytes. Once it is false it stays so. */
  ordered: z.boolean(),
  /**
   * Up to this key, all is decided but for the assets marked as missing: whatever else is present was listed.
   * It stands still while the listing is out of order, and runs to the end when closing.
   */
  settled: z.string(),
  counts: syncCounts,
});

/** How far a sync has come; saved as its checkpoint with each piece of work. */
export type SyncState = z.infer<typeof state>;

/** The state that a checkpoint holds; without one, that of a sync that begins now. */
export const readState = (checkpoint: unknown, now: Date): SyncState =>
  checkpoint === null
    ? {
        startedAt: now,
        phase: 'listing',
        cursor: null,
        before: '',
        ordered: true,
        settled: '',
        counts: { listed: 0, added: 0, changed: 0, removed: 0, restored: 0, unchanged: 0, skipped: 0 },
      }
    : state.parse(checkpoint);

/** Progress for people, and the checkpoint, as an operation saves them. */
export const toRunState = (next: SyncState) => ({
  done: next.counts.listed,
  counts: next.counts,
  checkpoint: next,
  ...(next.phase === 'done' && { total: next.counts.listed }),
});

export function plus(counts: SyncCounts, more: Partial<SyncCounts>): SyncCounts {
  const sum = { ...counts };
  for (const name of Object.keys(sum) as (keyof SyncCounts)[]) sum[name] += more[name] ?? 0;
  return sum;
}
