import { compareUtf8, type StorageObject } from '@mooring/storage/server';
import { writeAssets } from '../catalogue/asset-writes.ts';
import { transactWithCopy } from '../catalogue/copy-rows.ts';
import { lockSource } from '../catalogue/source-lock.ts';
import { isStorableKey } from '../catalogue/storable.ts';
import { countsOf, planKeys } from './plan-writes.ts';
import { addSamples } from './sample-keys.ts';
import { saveProgress } from './save-progress.ts';
import { addRanges, type NewRange, type Range } from './sync-ranges.ts';
import { plus } from './sync-state.ts';
import type { Work } from './sync-work.ts';

/**
 * Looks up each of some objects by its key, and writes those that differ: for what does not come in order. One
 * transaction.
 * @param next what else becomes of the range
 * @param added ranges that take over what is left of it
 * @returns the range as it is from then on
 */
export async function writeKeys(
  work: Work,
  range: Range,
  objects: readonly StorageObject[],
  next: Partial<Pick<Range, 'cursor' | 'before' | 'done'>>,
  added: readonly NewRange[] = [],
): Promise<Range> {
  const { pool, key, source, startedAt } = work;
  work.signal.throwIfAborted();
  const before = next.before !== undefined && isStorableKey(next.before) ? next.before : range.before;
  return transactWithCopy(pool, work.signal, async (trx, copy) => {
    const locked = await lockSource(trx, key.workspaceId, source.id);
    await work.fence(trx);
    const { plan, merged } = await planKeys(trx, locked, key, range, objects, startedAt);
    const now: Range = { ...range, ...next, before, counts: plus(range.counts, countsOf(merged)) };
    if (work.dryRun) now.samples = addSamples(range.samples, [merged], merged.skipped);
    else await writeAssets(trx, locked, plan.changes, work.clock.now(), { copy });
    if (added.length > 0) await addRanges(trx, key, added);
    await saveProgress(work, trx, [now], plan);
    return now;
  });
}

/**
 * Divides a range by prefixes: the objects directly under its own prefix are written now; the rest becomes ranges of
 * its own. What was settled stays so.
 */
export async function writeLevel(
  work: Work,
  range: Range,
  objects: Iterable<StorageObject>,
  added: readonly NewRange[],
): Promise<void> {
  const { settled, ordered } = range;
  const open = added
    .filter(({ end }) => !ordered || end === null || compareUtf8(end, settled) > 0)
    .map(each => ({
      ...each,
      ordered,
      settled: compareUtf8(settled, each.first) > 0 ? settled : each.first,
    }));
  await writeKeys(work, range, [...objects], { done: true }, open);
}
