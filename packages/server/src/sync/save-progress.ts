import { sql } from 'kysely';
import type { Trx } from '../catalogue/db.ts';
import type { ItemError } from '../operations/handler.ts';
import { markGone, markMissing, markSeen } from './key-marks.ts';
import type { WritePlan } from './plan-writes.ts';
import { shortened } from './sample-keys.ts';
import { type Range, saveRanges } from './sync-ranges.ts';
import type { Work } from './sync-work.ts';

/** Saves how far ranges are, with the marks, skipped keys and counts that belong to them. */
export async function saveProgress(
  work: Work,
  trx: Trx,
  ranges: readonly Range[],
  plan: Omit<WritePlan, 'changes' | 'known'>,
): Promise<void> {
  const { key, provider } = work;
  await withoutWaiting(trx);
  await saveRanges(trx, key, ranges);
  await markMissing(trx, key, plan.missing);
  const inOrder = plan.seen.length === 0;
  // These have no row. Should the order break later, they would be taken for keys that have not been listed yet.
  const withoutRow = plan.skipped.filter(({ reason }) => reason === 'placeholder' || reason === 'unstorable');
  const seen = inOrder && !provider.capabilities.list.ordered ? withoutRow.map(({ key }) => key) : plan.seen;
  await markSeen(trx, key, seen);
  await markGone(trx, key, plan.gone);
  const unstorable = plan.skipped.filter(({ reason }) => reason === 'unstorable');
  if (unstorable.length > 0) await work.addErrors(trx, unstorable.map(toItemError));
  await work.report(trx);
}

/**
 * A commit in this transaction does not wait for the disk. Transactions reach the disk in their order, so after a
 * crash of the database the ranges are as far as their rows are, and the listing goes on from there. The transaction
 * that ends the sync waits for all before it.
 */
export const withoutWaiting = (trx: Trx) => sql`set local synchronous_commit = off`.execute(trx);

const toItemError = ({ key }: { key: string }): ItemError => ({
  item: JSON.stringify(shortened(key)),
  code: 'invalid_request',
  message:
    'The object was skipped, because the catalogue cannot hold it: its key has more than 1,024 characters, a text of it holds a NUL or half of a surrogate pair, or its size or date cannot be.',
  fix: 'Rename the object.',
});
