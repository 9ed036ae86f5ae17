import { setTimeout as pause } from 'node:timers/promises';
import { ProviderError } from '@mooring/storage/server';
import { createDivision } from './divide-range.ts';
import { createClaims } from './range-claims.ts';
import { createListings, type Listing } from './range-listings.ts';
import { sumRanges } from './range-sums.ts';
import { type Range, saveRanges } from './sync-ranges.ts';
import type { Work } from './sync-work.ts';
import { type Arrival, writeArrivals } from './write-batches.ts';

/** Objects to write in one transaction; more where there is little to write. */
const OBJECTS_AT_ONCE = 10_000;
const UNCHANGED_AT_ONCE = 20_000;
const LITTLE = 1000;
/** While one transaction is under way, the next is prepared, and waits for the source's lock. */
const TRANSACTIONS = 2;
/** How long to look for pages before looking for ranges again. */
const LONGEST_WAIT_MS = 250;

export interface RunOptions {
  /** The name of the lock under which this worker owns ranges. */
  owner: string;
  /** Whether ranges may be listed by bounds; where not, they are divided by prefixes. */
  cuts: boolean;
  /** Whether to stay until the ranges of others are done too. */
  untilAllAreDone: boolean;
  /** How long to wait for more pages before those that have come are written, once some have been. */
  gatherMs: number;
  /** For tests: fewer pages in one transaction. */
  pagesAtOnce?: number;
}

/** The storage does not keep ranges of keys, so what was listed by ranges cannot be relied on. */
export class RangesRefused extends Error {
  override readonly name = 'RangesRefused';
}

/**
 * Works on the ranges of a sync that no other worker has, as many at once as the storage bears, and divides those that
 * take long while there is room for more.
 *
 * @throws RangesRefused; ProviderError what the storage failed at; the signal's reason
 */
export async function runRanges(work: Work, options: RunOptions): Promise<void> {
  const { signal, gate } = work;
  /** Of what is done beside this loop. */
  const failures: unknown[] = [];
  const listings = createListings(work, { cuts: options.cuts, ended: () => claims.claim() });
  const claims = createClaims(work, listings, { owner: options.owner, failures });
  const division = createDivision(work, options.cuts, listings.wake);
  const restart = createRestart(work, options.cuts);
  const writing = new Set<Promise<void>>();
  let writtenAt = Number.NEGATIVE_INFINITY;
  let mostObjects = OBJECTS_AT_ONCE;

  /** Puts a division that was found into effect; looks for one where a range takes long and there is room. */
  async function divide(): Promise<void> {
    const divided = division.take();
    const find = () => divided && listings.all().find(each => each.range.id === divided.rangeId);
    while (find()?.taken && failures.length === 0) await Promise.race(writing);
    const listing = find();
    if (divided && listing && !listing.taken) {
      await listing.stop();
      const next = await division.write(listing, divided);
      if (next) listings.start(next);
      claims.again();
    }
    if (listings.open < gate.limit && claims.foundNone) division.consider(listings.all());
  }

  /** Begins to write what has come; returns whether there was anything. */
  async function write(): Promise<boolean> {
    await listings.gather(mostObjects, writtenAt + options.gatherMs - performance.now());
    const arrivals = listings.take(mostObjects, options.pagesAtOnce ?? Number.POSITIVE_INFINITY);
    if (arrivals.length === 0) return false;
    writtenAt = performance.now();
    const before = sumWritten(arrivals);
    const written = writeArrivals(work, arrivals)
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
    if (writing.size === TRANSACTIONS) await Promise.race(writing);
    return true;
  }

  /** Begins a listing again that has failed; returns whether there was one. */
  async function beginAgain(): Promise<boolean> {
    const failed = listings.all().find(each => each.failure && !each.taken && each.pages.length === 0);
    if (!failed) return false;
    signal.throwIfAborted();
    const again = await restart(failed);
    await failed.stop();
    listings.start(again);
    return true;
  }

  /** With no listing left: whether there is nothing more to do. Waits a little where others still have ranges. */
  async function isOver(): Promise<boolean> {
    claims.again();
    await claims.settled();
    if (listings.count > 0 || failures.length > 0) return false;
    if (!options.untilAllAreDone) return true;
    const { open } = await sumRanges(work.db, work.key);
    if (open === 0) return true;
    await pause(LONGEST_WAIT_MS, undefined, { signal }).catch(() => signal.throwIfAborted());
    await work.db.transaction().execute(async trx => {
      await work.fence(trx);
      await work.report(trx);
    });
    return false;
  }

  try {
    for (;;) {
      signal.throwIfAborted();
      if (failures.length > 0) throw failures[0];
      claims.claim();
      await divide();
      if ((await write()) || (await beginAgain())) continue;
      if (listings.count > 0) await listings.wait(LONGEST_WAIT_MS);
      else if (await isOver()) return;
    }
  } finally {
    division.stop();
    await claims.stop();
    await Promise.all([listings.stop(), ...writing]);
  }
}

/** How many objects of some ranges were not as the catalogue had them. */
const sumWritten = (arrivals: readonly Arrival[]): number =>
  arrivals
    .map(({ active }) => active.range.counts)
    .reduce((sum, { added, changed, restored }) => sum + added + changed + restored, 0);

/**
 * Lets a range begin again whose listing was refused as `invalid`, because its cursor may have expired. What is
 * settled stays so. Where the range has not got on since it last began again, the range itself is refused.
 */
function createRestart(work: Work, cuts: boolean) {
  /** How far ranges were when they began again. */
  const begunAgain = new Map<number, string>();

  /** @throws RangesRefused, or what the listing failed at */
  return async ({ range, listed, failure }: Listing): Promise<Range> => {
    const isInvalid = failure instanceof ProviderError && failure.kind === 'invalid';
    if (!isInvalid) throw failure;
    const place = `${range.counts.listed} ${range.settled}`;
    const hasBegun = range.cursor !== null || listed > 0;
    if (!hasBegun || begunAgain.get(range.id) === place) {
      const isBounded = range.end !== null || range.first !== '' || range.before !== '';
      throw cuts && isBounded ? new RangesRefused('refused', { cause: failure }) : failure;
    }
    begunAgain.set(range.id, place);
    const again: Range = { ...range, cursor: null, before: '' };
    await work.db.transaction().execute(async trx => {
      await work.fence(trx);
      await saveRanges(trx, work.key, [again]);
    });
    return again;
  };
}
