import { setTimeout as pause } from 'node:timers/promises';
import { ProviderError } from '@mooring/storage/server';
import { createDivision, type Division } from './divide.ts';
import { createListings, type Listing } from './lister.ts';
import { claimRanges, type Range, saveRanges, sumRanges } from './ranges.ts';
import { type Arrival, takeArrivals, type Work, withoutWaiting } from './work.ts';

/** Objects to deal with in one transaction; more where there is little to write. */
const OBJECTS_AT_ONCE = 10_000;
const UNCHANGED_AT_ONCE = 20_000;
const LITTLE = 1000;
/** While one transaction is under way, the next is prepared, and waits for the source's lock. */
const TRANSACTIONS = 2;
const CLAIM_AGAIN_AFTER_MS = 500;
/** Ranges to have for each request that may be under way: with each round trip these may be twice as many. */
const RANGES_PER_REQUEST = 2;
/** More are left to others. */
const MOST_RANGES = 40;
/** How long to look for pages before looking for ranges again. */
const LONGEST_WAIT_MS = 250;

export interface RunOptions {
  /** The name of the lock under which this worker owns ranges. */
  owner: string;
  /** Whether ranges may be listed by bounds; where not, they are divided by prefixes. */
  cuts: boolean;
  /** Whether to stay until the ranges of others are done too. */
  untilAllAreDone: boolean;
  /** How long to wait for more pages before those that have come are dealt with, once some have been. */
  gatherMs: number;
  /** For tests: fewer pages in one transaction. */
  pagesAtOnce?: number;
}

/** How many objects of some ranges were not as the catalogue had them. */
const sumWritten = (arrivals: readonly Arrival[]): number =>
  arrivals
    .map(({ active }) => active.range.counts)
    .reduce((sum, { added, changed, restored }) => sum + added + changed + restored, 0);

/** The storage does not keep ranges of keys, so what was listed by ranges cannot be relied on. */
export class RangesRefused extends Error {
  override readonly name = 'RangesRefused';
}

/**
 * Works on the ranges of a sync that nobody works on, as many at once as the storage bears, and divides those that
 * take long while there is room for more.
 *
 * @throws RangesRefused; ProviderError what the storage failed at; the signal's reason
 */
export async function runRanges(work: Work, options: RunOptions): Promise<void> {
  const { signal, gate } = work;
  const listings = createListings(work, { cuts: options.cuts, ended: () => claim() });
  const division = createDivision(work, options.cuts, () => listings.wake());
  let claimAt = 0;
  let claiming: Promise<void> | null = null;
  const writing = new Set<Promise<void>>();
  /** Of what was done beside. */
  const failures: unknown[] = [];
  let writtenAt = Number.NEGATIVE_INFINITY;
  let mostObjects = OBJECTS_AT_ONCE;

  /** Sees to it that there are ranges for all requests that may be under way, whatever else is being done. */
  function claim(): void {
    if (failures.length > 0 || signal.aborted) return;
    const free = Math.min(MOST_RANGES, RANGES_PER_REQUEST * gate.limit) - listings.open;
    if (claiming || listings.isFull() || free < gate.limit / 4 || performance.now() < claimAt) return;
    claiming = claimUpTo(free)
      .catch(error => {
        failures.push(error);
      })
      .finally(() => {
        claiming = null;
        claim(); // more requests may be under way by now
        listings.wake();
      });
  }

  async function claimUpTo(free: number): Promise<void> {
    // Fenced, or one that was given up for dead would keep them from whoever has its lock now.
    const ranges = await work.db.transaction().execute(async trx => {
      await withoutWaiting(trx);
      const claimed = await claimRanges(trx, work.key, options.owner, free);
      await work.fence(trx);
      if (claimed.length > 0) await work.report(trx);
      return claimed;
    });
    for (const range of ranges) listings.start(range);
    if (ranges.length < free) claimAt = Math.max(claimAt, performance.now() + CLAIM_AGAIN_AFTER_MS);
  }

  /** Puts a finished division into effect; starts one where a range takes long and there is room. */
  async function divide(): Promise<void> {
    const divided = division.take();
    const find = () => divided && listings.all().find(each => each.range.id === divided.rangeId);
    while (find()?.taken && failures.length === 0) await Promise.race(writing);
    const listing = find();
    if (divided && listing && !listing.taken) await carryOut(listing, divided);
    if (listings.open < gate.limit && performance.now() < claimAt) division.consider(listings.all());
  }

  async function carryOut(listing: Listing, divided: Division): Promise<void> {
    await listing.stop();
    const next = await division.write(listing, divided);
    claimAt = 0;
    if (next) listings.start(next);
  }

  /** Where ranges were begun again: without getting on since then, that does not happen a second time. */
  const begunAgain = new Map<number, string>();

  async function begin(listing: Listing, error: unknown): Promise<void> {
    const { range } = listing;
    const isInvalid = error instanceof ProviderError && error.kind === 'invalid';
    if (!isInvalid) throw error;
    const place = `${range.counts.listed} ${range.settled}`;
    if ((range.cursor !== null || listing.listed > 0) && begunAgain.get(range.id) !== place) {
      // The cursor may have expired. What is settled stays so. If it was the range, that is refused again.
      begunAgain.set(range.id, place);
      const again: Range = { ...range, cursor: null, before: '' };
      await work.db.transaction().execute(async trx => {
        await work.fence(trx);
        await saveRanges(trx, work.key, [again]);
      });
      await listing.stop();
      listings.start(again);
      return;
    }
    const isBounded = range.end !== null || range.first !== '' || range.before !== '';
    throw options.cuts && isBounded ? new RangesRefused('refused', { cause: error }) : error;
  }

  function write(arrivals: ReturnType<typeof listings.take>): void {
    const before = sumWritten(arrivals);
    const written = takeArrivals(work, arrivals)
      .then(
        () => {
          for (const { active } of arrivals) listings.release(active);
          mostObjects = sumWritten(arrivals) - before > LITTLE ? OBJECTS_AT_ONCE : UNCHANGED_AT_ONCE;
        },
        error => {
          failures.push(error);
        },
      )
      .finally(() => writing.delete(written));
    writing.add(written);
  }

  try {
    for (;;) {
      signal.throwIfAborted();
      if (failures.length > 0) throw failures[0];
      claim();
      await divide();
      await listings.gather(mostObjects, writtenAt + options.gatherMs - performance.now());
      const arrivals = listings.take(mostObjects, options.pagesAtOnce ?? Number.POSITIVE_INFINITY);
      if (arrivals.length > 0) {
        writtenAt = performance.now();
        write(arrivals);
        if (writing.size === TRANSACTIONS) await Promise.race(writing);
        continue;
      }
      const failed = listings.all().find(each => each.failure && !each.taken && each.pages.length === 0);
      if (failed) {
        signal.throwIfAborted();
        await begin(failed, failed.failure);
        continue;
      }
      if (listings.count === 0) {
        claimAt = 0;
        claim();
        await claiming;
        if (listings.count > 0 || failures.length > 0) continue;
        if (!options.untilAllAreDone) return;
        const { open } = await sumRanges(work.db, work.key);
        if (open === 0) return;
        await pause(LONGEST_WAIT_MS, undefined, { signal }).catch(() => signal.throwIfAborted());
        await work.db.transaction().execute(async trx => {
          await work.fence(trx);
          await work.report(trx);
        });
        continue;
      }
      await listings.wait(LONGEST_WAIT_MS);
    }
  } finally {
    division.stop();
    claimAt = Number.POSITIVE_INFINITY;
    await claiming;
    await Promise.all([listings.stop(), ...writing]);
  }
}
