import { isDeepStrictEqual } from 'node:util';
import type { Source } from '@mooring/contract';
import type { Clock, Provider, StorageObject } from '@mooring/storage/server';
import { compareUtf8, ObjectList } from '@mooring/storage/server';
import { sql } from 'kysely';
import type pg from 'pg';
import { writeAssets } from '../catalogue/asset-writes.ts';
import { after, type Chunk, readChunks } from '../catalogue/chunks.ts';
import { transactWithCopy } from '../catalogue/copy-rows.ts';
import type { Db, Trx } from '../catalogue/db.ts';
import { createKeyFilter, type KeyFilter } from '../catalogue/key-filter.ts';
import { lockSource } from '../catalogue/source-lock.ts';
import { isStorable } from '../catalogue/storable.ts';
import type { Gate } from '../listing/gate.ts';
import type { ListedPage } from '../listing/list-all.ts';
import type { RetryOptions } from '../listing/retry.ts';
import type { ItemError } from '../operations/handler.ts';
import { markGone, markMissing, markSeen } from './marks.ts';
import { countsOf, noPlan, type Plan, type Progress, planDifferences, planKeys } from './plan.ts';
import { addRanges, type NewRange, type Range, type SyncKey, saveRanges } from './ranges.ts';
import { addSamples } from './samples.ts';
import { plus } from './state.ts';
import { type Listed, type Survey, survey } from './survey.ts';

/** What everybody who works on a sync knows of it. */
export interface Work {
  key: SyncKey;
  source: Source;
  provider: Provider;
  startedAt: Date;
  dryRun: boolean;
  db: Db;
  pool: pg.Pool;
  clock: Clock;
  signal: AbortSignal;
  gate: Gate;
  listing: { pageSize?: number; retry?: RetryOptions };
  rowsAtOnce: number;
  /** Refuses to go on where this worker may not, inside the transaction that does the work. */
  fence(trx: Trx): Promise<void>;
  /** Last of all in a transaction that moved ranges on: what others see of it. */
  report(trx: Trx): Promise<void>;
  addErrors(trx: Trx, errors: readonly ItemError[]): Promise<void>;
}

export const NO_OBJECTS = ObjectList.of([]);

/** A range that is worked on: as it was saved last, and what was listed of it since. */
export interface Active {
  range: Range;
  /** Listed in order, and waiting for what comes after. */
  held: ObjectList;
  /** Where a listing would have to begin again to show them. */
  heldFrom: { cursor: string | null; before: string } | null;
}

/** Pages of one range, in the order in which they were listed. */
export interface Arrival {
  active: Active;
  pages: ListedPage[];
}

/** Brings the assets in line with what has arrived, in as many transactions as it takes. */
export async function takeArrivals(work: Work, arrivals: readonly Arrival[]): Promise<void> {
  const orderly: (Arrival & { rest: ListedPage[] })[] = arrivals.map(({ active, pages }) => {
    const broken = active.range.ordered ? pages.findIndex(page => !page.inOrder) : 0;
    const count = broken < 0 ? pages.length : broken;
    return { active, pages: pages.slice(0, count), rest: pages.slice(count) };
  });
  await takeInOrder(
    work,
    orderly.filter(({ pages }) => pages.length > 0),
  );
  for (const { active, rest } of orderly) for (const page of rest) await takeOutOfOrder(work, active, page);
}

/** What is left to do of the pages of one range. */
interface Task {
  active: Active;
  pages: readonly ListedPage[];
  listed: Listed;
  /** Where the objects of each page begin among those that are listed. */
  begins: readonly number[];
}

async function takeInOrder(work: Work, arrivals: readonly Arrival[]): Promise<void> {
  let tasks = arrivals.map(taskOf);
  while (tasks.length > 0) {
    work.signal.throwIfAborted();
    tasks = await compareAndWrite(work, tasks);
  }
}

const isStorableObject = ({ key }: StorageObject): boolean => isStorable(key);

function taskOf({ active, pages }: Arrival): Task {
  const { range, held } = active;
  let objects = held;
  const begins: number[] = [];
  for (const page of pages) {
    const previous = objects.at(-1)?.key;
    const isKnown = ({ key }: StorageObject): boolean =>
      compareUtf8(key, range.settled) < 0 || (previous !== undefined && compareUtf8(key, previous) <= 0);
    begins.push(objects.length);
    objects = ObjectList.concat([objects, page.objects.slice(page.objects.firstNot(isKnown))]);
  }
  const last = pages.at(-1)!.last;
  const lastKey = objects.findLast(isStorableObject)?.key;
  const end = last ? range.end : lastKey === undefined ? range.settled : after(lastKey);
  return { active, pages, begins, listed: { reach: { first: range.settled, end }, objects, last } };
}

/** One transaction. Returns what it could not deal with at once. */
async function compareAndWrite(work: Work, tasks: readonly Task[]): Promise<Task[]> {
  const { db, pool, key, source, startedAt, rowsAtOnce } = work;
  const place = { workspaceId: key.workspaceId, id: source.id };
  const reaches = tasks.map(({ listed }) => listed.reach);
  const surveyAll = (chunks: readonly Chunk[], filter: KeyFilter): Survey[] => {
    const budget = { rows: rowsAtOnce, most: rowsAtOnce };
    return tasks.map(({ listed }) => survey(listed, chunks, filter, budget));
  };

  const chunks = await readChunks(db, place, reaches);
  const surveys = surveyAll(chunks, createKeyFilter(source.prefix, source.filters));
  if (surveys.every(found => found.differences.length === 0)) {
    const steps = tasks.map((task, at) => stepOf(task, { ...surveys[at]!, merges: [] }, work.dryRun));
    const skipped = surveys.flatMap(found => found.skipped);
    await db.transaction().execute(async trx => {
      await work.fence(trx);
      await saveAll(work, trx, steps, { ...noPlan(), skipped });
    });
    return steps.flatMap(accept);
  }
  const steps = await transactWithCopy(pool, async (trx, copy) => {
    const locked = await lockSource(trx, key.workspaceId, source.id);
    await work.fence(trx);
    const now = await readChunks(trx, place, reaches);
    const isSame = isDeepStrictEqual(now, chunks) && isDeepStrictEqual(locked.filters, source.filters);
    const found = isSame ? surveys : surveyAll(now, locked.filter);
    const { plan, progress } = await planDifferences(trx, locked, found, startedAt, rowsAtOnce);
    const planned = tasks.map((task, at) => stepOf(task, progress[at]!, work.dryRun));
    if (!work.dryRun)
      await writeAssets(trx, locked, plan.changes, work.clock.now(), { copy, known: plan.known });
    await saveAll(work, trx, planned, plan);
    return planned;
  });
  return steps.flatMap(accept);
}

/** A task after a transaction, for when that has committed. */
interface Step {
  task: Task;
  range: Range;
  /** What was not dealt with. */
  objects: ObjectList;
  next: Progress['next'];
  heldFrom: Active['heldFrom'];
}

function stepOf(task: Task, progress: Progress, dryRun: boolean): Step {
  const { active, pages, listed } = task;
  const { range } = active;
  const { settled, next, counts, merges, skipped } = progress;
  const objects = listed.objects.slice(progress.taken);
  const lastPage = pages.at(-1)!;
  const heldFrom = next === 'all' ? null : whereListed(task, progress.taken);
  const place = heldFrom ?? {
    cursor: lastPage.cursor,
    before: lastPage.objects.findLast(isStorableObject)?.key ?? range.before,
  };
  return {
    task,
    objects,
    next,
    heldFrom,
    range: {
      ...range,
      ...place,
      settled: settled ?? range.settled,
      done: next === 'all' && listed.last,
      counts: plus(range.counts, counts),
      samples: dryRun ? addSamples(range.samples, merges, skipped) : null,
    },
  };
}

/** Where a listing has to begin again to show an object that was listed; without one, the last page. */
function whereListed(
  { active, pages, begins, listed }: Task,
  index: number,
): { cursor: string | null; before: string } {
  const page =
    index < listed.objects.length ? begins.findLastIndex(begin => begin <= index) : pages.length - 1;
  if (page < 0) return active.heldFrom!;
  const { from, before } = pages[page]!;
  return { cursor: from, before: isStorable(before) ? before : active.range.before };
}

/** Moves on to what was committed; returns what is left to do at once. */
function accept({ task, range, objects, next, heldFrom }: Step): Task[] {
  const { active, begins, listed } = task;
  active.range = range;
  active.held = next === 'wait' ? objects : NO_OBJECTS;
  active.heldFrom = heldFrom;
  if (next !== 'more') return [];
  const taken = listed.objects.length - objects.length;
  const reach = { ...listed.reach, first: range.settled };
  return [{ ...task, begins: begins.map(begin => begin - taken), listed: { ...listed, objects, reach } }];
}

/** A page that is out of order: key by key. After the last, what is left of the range is missing unless seen. */
async function takeOutOfOrder(work: Work, active: Active, page: ListedPage): Promise<void> {
  const { pool, key, source, startedAt } = work;
  work.signal.throwIfAborted();
  const { range } = active;
  // What waited for the order to go on was not decided.
  const objects = [...active.held, ...page.objects];
  const lastKey = page.objects.findLast(isStorableObject)?.key;
  const next: Range = {
    ...range,
    ordered: false,
    cursor: page.last ? page.from : page.cursor,
    before: page.last ? page.before : (lastKey ?? range.before),
  };
  if (!isStorable(next.before)) next.before = range.before;
  await transactWithCopy(pool, async (trx, copy) => {
    const locked = await lockSource(trx, key.workspaceId, source.id);
    await work.fence(trx);
    const { plan, merged } = await planKeys(trx, locked, key, range, objects, startedAt);
    next.counts = plus(range.counts, countsOf(merged));
    if (work.dryRun) next.samples = addSamples(range.samples, [merged], merged.skipped);
    else await writeAssets(trx, locked, plan.changes, work.clock.now(), { copy });
    await saveAll(work, trx, [{ range: next }], plan);
  });
  active.range = next;
  active.held = NO_OBJECTS;
  active.heldFrom = null;
  if (!page.last) return;
  const rest = { ...page, objects: NO_OBJECTS, cursor: null };
  await takeInOrder(work, [{ active, pages: [rest] }]);
}

/**
 * Divides a range by prefixes: what lies directly under its own is dealt with now, key by key; the rest becomes
 * ranges of its own. What was settled stays so.
 */
export async function takeLevel(
  work: Work,
  range: Range,
  objects: Iterable<StorageObject>,
  added: readonly NewRange[],
): Promise<void> {
  const { pool, key, source, startedAt } = work;
  const { settled, ordered } = range;
  const open = added.filter(({ end }) => !ordered || end === null || compareUtf8(end, settled) > 0);
  await transactWithCopy(pool, async (trx, copy) => {
    const locked = await lockSource(trx, key.workspaceId, source.id);
    await work.fence(trx);
    const { plan, merged } = await planKeys(trx, locked, key, range, [...objects], startedAt);
    const next: Range = { ...range, done: true, counts: plus(range.counts, countsOf(merged)) };
    if (work.dryRun) next.samples = addSamples(range.samples, [merged], merged.skipped);
    else await writeAssets(trx, locked, plan.changes, work.clock.now(), { copy });
    await addRanges(
      trx,
      key,
      open.map(each => ({
        ...each,
        ordered,
        settled: compareUtf8(settled, each.first) > 0 ? settled : each.first,
      })),
    );
    await saveAll(work, trx, [{ range: next }], plan);
  });
}

/**
 * The disk need not be waited for: transactions reach it in their order, so after a crash of the database the ranges
 * are as far as their rows are, and the listing goes on from there. What ends the sync waits for all before it.
 */
export const withoutWaiting = (trx: Trx) => sql`set local synchronous_commit = off`.execute(trx);

async function saveAll(work: Work, trx: Trx, steps: readonly { range: Range }[], plan: Plan): Promise<void> {
  const { key, provider } = work;
  await withoutWaiting(trx);
  await saveRanges(
    trx,
    key,
    steps.map(step => step.range),
  );
  await markMissing(trx, key, plan.missing);
  const inOrder = plan.seen.length === 0;
  // Were the order to break later, these would be taken for keys that have not been listed yet.
  const asides = plan.skipped.filter(({ reason }) => reason === 'placeholder' || reason === 'unstorable');
  const seen = inOrder && !provider.capabilities.list.ordered ? asides.map(({ key }) => key) : plan.seen;
  await markSeen(trx, key, seen);
  await markGone(trx, key, plan.gone);
  const unstorable = plan.skipped.filter(({ reason }) => reason === 'unstorable');
  if (unstorable.length > 0) await work.addErrors(trx, unstorable.map(toItemError));
  await work.report(trx);
}

const toItemError = ({ key }: { key: string }): ItemError => ({
  item: JSON.stringify(key),
  code: 'invalid_request',
  message: 'The key holds a NUL or half of a surrogate pair, which PostgreSQL cannot store. It was skipped.',
  fix: 'Rename the object.',
});
