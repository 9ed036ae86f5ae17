import { setTimeout as pause } from 'node:timers/promises';
import { ProviderError } from '../providers/errors.ts';
import { createDivision, type Division } from './divide.ts';
import { createListings, type Listing } from './lister.ts';
import { claimRanges, type Range, saveRanges, sumRanges } from './ranges.ts';
import { takeArrivals, type Work } from './work.ts';

const MOST_OBJECTS_AT_ONCE = 10_000;
/** While one transaction is under way, the next is prepared, and waits for the source's lock. */
const TRANSACTIONS = 2;
const CLAIM_AGAIN_AFTER_MS = 500;
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
  const listings = createListings(work, () => options.cuts);
  const division = createDivision(work, options.cuts);
  let claimAt = 0;
  let writtenAt = Number.NEGATIVE_INFINITY;

  async function claim(): Promise<void> {
    const free = gate.limit - listings.count;
    if (free <= 0 || performance.now() < claimAt) return;
    // Fenced, or one that was given up for dead would keep them from whoever has its lock now.
    const ranges = await work.db.transaction().execute(async trx => {
      const claimed = await claimRanges(trx, work.key, options.owner, free);
      await work.fence(trx);
      if (claimed.length > 0) await work.report(trx);
      return claimed;
    });
    for (const range of ranges) listings.start(range);
    if (ranges.length < free) claimAt = performance.now() + CLAIM_AGAIN_AFTER_MS;
  }

  /** Puts a finished division into effect; starts one where a range takes long and there is room. */
  async function divide(): Promise<void> {
    const divided = division.take();
    const find = () => divided && listings.all().find(each => each.range.id === divided.rangeId);
    while (find()?.taken && failures.length === 0) await Promise.race(writing);
    const listing = find();
    if (divided && listing && !listing.taken) await carryOut(listing, divided);
    if (listings.count < gate.limit && performance.now() < claimAt) division.consider(listings.all());
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
    // A page in the middle of a range can turn out not to be cut where the range ends.
    const mayBeRefused = options.cuts && isBounded(range);
    if (listing.hasBegun && mayBeRefused) throw new RangesRefused('refused', { cause: error });
    const place = `${range.counts.listed} ${range.settled}`;
    if (range.cursor !== null && begunAgain.get(range.id) !== place) {
      // The cursor may have expired. What is settled stays so.
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
    if (mayBeRefused || (options.cuts && range.before !== ''))
      throw new RangesRefused('refused', { cause: error });
    throw error;
  }
  const isBounded = (range: Range): boolean => range.end !== null || range.first !== '';

  const writing = new Set<Promise<void>>();
  const failures: unknown[] = [];

  function write(arrivals: ReturnType<typeof listings.take>): void {
    const written = takeArrivals(work, arrivals)
      .then(
        () => {
          for (const { active } of arrivals) listings.release(active);
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
      await claim();
      await divide();
      await listings.gather(MOST_OBJECTS_AT_ONCE, writtenAt + options.gatherMs - performance.now());
      const arrivals = listings.take(MOST_OBJECTS_AT_ONCE, options.pagesAtOnce ?? Number.POSITIVE_INFINITY);
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
        await claim();
        if (listings.count > 0) continue;
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
    await Promise.all([listings.stop(), ...writing]);
  }
}
