import { isDeepStrictEqual } from 'node:util';
import { readChunks } from '../catalogue/asset-chunks.ts';
import { writeAssets } from '../catalogue/asset-writes.ts';
import type { Chunk } from '../catalogue/chunk.ts';
import { transactWithCopy } from '../catalogue/copy-rows.ts';
import { createKeyFilter, type KeyFilter } from '../catalogue/key-filter.ts';
import { lockSource } from '../catalogue/source-lock.ts';
import type { ListedPage } from '../listing/list-all.ts';
import { type Comparison, compareWithChunks } from './compare-chunks.ts';
import { noPlan, planDifferences } from './plan-writes.ts';
import {
  type ActiveRange,
  type Batch,
  batchOf,
  lastStorableKey,
  NO_OBJECTS,
  type Outcome,
  outcomeOf,
} from './range-batch.ts';
import { saveProgress } from './save-progress.ts';
import type { Range } from './sync-ranges.ts';
import type { Work } from './sync-work.ts';
import { writeKeys } from './write-keys.ts';

/** Pages of one range, in the order in which they were listed. */
export type Arrival = Pick<Batch, 'active' | 'pages'>;

/** Brings the assets in line with what has arrived, in as many transactions as it takes. */
export async function writeArrivals(work: Work, arrivals: readonly Arrival[]): Promise<void> {
  const sorted = arrivals.map(({ active, pages }) => {
    const broken = active.range.ordered ? pages.findIndex(page => !page.inOrder) : 0;
    const count = broken < 0 ? pages.length : broken;
    return { active, pages: pages.slice(0, count), outOfOrder: pages.slice(count) };
  });
  await writeInOrder(
    work,
    sorted.filter(({ pages }) => pages.length > 0),
  );
  for (const { active, outOfOrder } of sorted)
    for (const page of outOfOrder) await writeOutOfOrder(work, active, page);
}

async function writeInOrder(work: Work, arrivals: readonly Arrival[]): Promise<void> {
  let batches = arrivals.map(batchOf);
  while (batches.length > 0) {
    work.signal.throwIfAborted();
    const outcomes = await compareAndWrite(work, batches);
    for (const [at, { active }] of batches.entries()) Object.assign(active, outcomes[at]!.after);
    batches = outcomes.map(({ rest }) => rest).filter(rest => rest !== null);
  }
}

/** One transaction. */
async function compareAndWrite(work: Work, batches: readonly Batch[]): Promise<Outcome[]> {
  const { db, pool, key, source, startedAt, dryRun, rowsAtOnce } = work;
  const place = { workspaceId: key.workspaceId, id: source.id };
  const reaches = batches.map(({ reach }) => reach);
  const compareAll = (chunks: readonly Chunk[], filter: KeyFilter): Comparison[] => {
    const budget = { rows: rowsAtOnce, most: rowsAtOnce };
    return batches.map(batch => compareWithChunks(batch, chunks, filter, budget));
  };
  const outcomesOf = (decided: readonly Comparison[]): Outcome[] =>
    batches.map((batch, at) => outcomeOf(batch, decided[at]!, dryRun));
  const rangesOf = (outcomes: readonly Outcome[]): Range[] => outcomes.map(({ after }) => after.range);

  const chunks = await readChunks(db, place, reaches);
  const compared = compareAll(chunks, createKeyFilter(source.prefix, source.filters));
  if (compared.every(({ differences }) => differences.length === 0)) {
    const outcomes = outcomesOf(compared);
    const skipped = compared.flatMap(found => found.skipped);
    await db.transaction().execute(async trx => {
      await work.fence(trx);
      await saveProgress(work, trx, rangesOf(outcomes), { ...noPlan(), skipped });
    });
    return outcomes;
  }
  return transactWithCopy(pool, work.signal, async (trx, copy) => {
    const locked = await lockSource(trx, key.workspaceId, source.id);
    await work.fence(trx);
    // What was compared without the lock still holds where neither the chunks nor the filters have changed.
    const now = await readChunks(trx, place, reaches);
    const isSame = isDeepStrictEqual(now, chunks) && isDeepStrictEqual(locked.filters, source.filters);
    const found = isSame ? compared : compareAll(now, locked.filter);
    const { plan, decided } = await planDifferences(trx, locked, found, startedAt, rowsAtOnce);
    const outcomes = outcomesOf(decided);
    const { changes, known } = plan;
    if (!dryRun) await writeAssets(trx, locked, changes, work.clock.now(), { copy, known });
    await saveProgress(work, trx, rangesOf(outcomes), plan);
    return outcomes;
  });
}

/** A page that is out of order: key by key. After the last page, what is left of the range is missing unless seen. */
async function writeOutOfOrder(work: Work, active: ActiveRange, page: ListedPage): Promise<void> {
  const { range, held } = active;
  const { objects, from, before, cursor, last } = page;
  const place = last
    ? { cursor: from, before }
    : { cursor, before: lastStorableKey(objects) ?? range.before };
  // What waited for the order to go on was not decided.
  active.range = await writeKeys(work, { ...range, ordered: false }, [...held, ...objects], place);
  active.held = NO_OBJECTS;
  active.heldFrom = null;
  if (!last) return;
  const rest = { ...page, objects: NO_OBJECTS, cursor: null };
  await writeInOrder(work, [{ active, pages: [rest] }]);
}
