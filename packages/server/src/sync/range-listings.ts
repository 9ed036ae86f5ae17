import { compareUtf8, ObjectList } from '@mooring/storage/server';
import { type ListedPage, listAll } from '../listing/list-all.ts';
import { type ActiveRange, NO_OBJECTS } from './range-batch.ts';
import { createRequestRoom } from './request-room.ts';
import type { Range } from './sync-ranges.ts';
import { pageSizeOf, type Work } from './sync-work.ts';
import type { Arrival } from './write-batches.ts';

/** A range that is being listed. */
export interface Listing extends ActiveRange {
  /** Pages that have come and are not taken. */
  pages: ListedPage[];
  /** Pages that are taken. */
  writing: ListedPage[];
  /** How much memory was last counted for it. */
  bytes: number;
  /** Why there are no more, once those are taken. */
  failure: unknown;
  /** Objects that have come since the range was taken up. */
  listed: number;
  /** Whether nothing more will come. */
  ended: boolean;
  /** Whether pages of it are being written: the next ones wait for that. */
  taken: boolean;
  /** Some keys of the latest page that another follows, and its last. */
  recent: string[];
  stop(): Promise<void>;
}

/** Lists several ranges at once, as fast as what it finds is written. */
export function createListings(work: Work, { cuts, ended }: { cuts: boolean; ended: () => void }) {
  const all = new Map<number, Listing>();
  const { memory, key } = work;
  const room = createRequestRoom(pageSizeOf(work), { memory, workspaceId: key.workspaceId });
  let moved = Promise.withResolvers<void>();

  function start(range: Range): Listing {
    const abort = new AbortController();
    const signal = AbortSignal.any([work.signal, abort.signal]);
    const listing: Listing = {
      range,
      held: NO_OBJECTS,
      heldFrom: null,
      pages: [],
      writing: [],
      bytes: 0,
      failure: null,
      listed: 0,
      ended: false,
      taken: false,
      recent: [],
      async stop() {
        abort.abort();
        all.delete(range.id);
        room.drop(countObjects(listing.pages.splice(0)));
        await over;
        forget(listing);
      },
    };
    const over = list(listing, signal)
      .catch(error => {
        listing.failure = error;
      })
      .finally(() => {
        listing.ended = true;
        moved.resolve();
        ended();
      });
    all.set(range.id, listing);
    return listing;
  }

  /** What its pages hold of the memory, and what its range holds of earlier ones. */
  function count(listing: Listing): void {
    if (!all.has(listing.range.id)) return; // it was stopped
    const pages = [...listing.pages, ...listing.writing].map(({ objects }) => objects);
    setBytes(listing, ObjectList.concat([...pages, listing.held]).bytes);
  }

  function forget(listing: Listing): void {
    all.delete(listing.range.id);
    setBytes(listing, 0);
  }

  function setBytes(listing: Listing, bytes: number): void {
    const more = bytes - listing.bytes;
    listing.bytes = bytes;
    memory.add(key.workspaceId, more);
  }

  async function list(listing: Listing, signal: AbortSignal): Promise<void> {
    const { range } = listing;
    const { source, provider, gate } = work;
    const pages = listAll(provider, {
      container: source.container,
      prefix: range.prefix,
      ...(cuts && boundsOf(range, source.prefix)),
      cursor: range.cursor,
      before: range.before,
      signal,
      gate,
      pace: request => room.through(range.id, request, signal),
      ...work.listing,
    });
    for await (const page of pages) {
      if (!page.last) listing.recent = sampleOf(page);
      listing.pages.push(isInside(page, range) ? page : { ...page, inOrder: false });
      listing.listed += page.objects.length;
      room.add(page.objects.length);
      count(listing);
      moved.resolve();
    }
  }

  /** Until something has moved; not longer than so many milliseconds. */
  async function sleep(ms: number): Promise<void> {
    const { promise, resolve } = Promise.withResolvers<void>();
    moved = { promise, resolve, reject: () => {} };
    const wake = () => resolve();
    const timer = setTimeout(wake, ms);
    work.signal.addEventListener('abort', wake, { once: true });
    await promise;
    clearTimeout(timer);
    work.signal.removeEventListener('abort', wake);
  }

  return {
    start,
    isFull: room.isFull,
    all: (): Listing[] => [...all.values()],

    get count(): number {
      return all.size;
    },

    /** How many of them are not listed to their end. */
    get open(): number {
      return [...all.values()].filter(listing => !listing.ended).length;
    },

    /** Pages to write now: of all ranges that are not taken, so many objects and at least one page. */
    take(mostObjects: number, mostPages: number): (Arrival & { active: Listing })[] {
      const arrivals: (Arrival & { active: Listing })[] = [];
      let objects = 0;
      let pages = 0;
      for (const listing of all.values()) {
        if (listing.taken) continue;
        let count = 0;
        while (count < listing.pages.length && pages < mostPages && (pages === 0 || objects < mostObjects)) {
          objects += listing.pages[count]!.objects.length;
          count++;
          pages++;
        }
        if (count === 0) continue;
        listing.taken = true;
        listing.writing = listing.pages.splice(0, count);
        arrivals.push({ active: listing, pages: listing.writing });
      }
      room.write(objects);
      return arrivals;
    },

    /** What was taken has been written. */
    release(listing: Listing): void {
      listing.taken = false;
      listing.writing = [];
      if (listing.range.done) forget(listing);
      else count(listing);
      moved.resolve();
    },

    /** Until so many objects are in hand, or nothing more will come; not longer than so many milliseconds. */
    async gather(mostObjects: number, ms: number): Promise<void> {
      const until = performance.now() + ms;
      const isGathering = () => room.inHand < mostObjects && this.open > 0;
      while (isGathering() && performance.now() < until && !work.signal.aborted)
        await sleep(until - performance.now());
    },

    /** Until a page has come, a listing has failed or one is released; not longer than so many milliseconds. */
    async wait(ms: number): Promise<void> {
      const isReady = ({ taken, pages, failure }: Listing) => !taken && (pages.length > 0 || failure);
      if (![...all.values()].some(isReady)) await sleep(ms);
    },

    /** Ends a wait. */
    wake: () => moved.resolve(),

    async stop(): Promise<void> {
      await Promise.all([...all.values()].map(listing => listing.stop()));
      room.close();
    },
  };
}
export type Listings = ReturnType<typeof createListings>;

const countObjects = (pages: readonly ListedPage[]): number =>
  pages.reduce((sum, { objects }) => sum + objects.length, 0);

const SAMPLE = 20;
const sampleOf = ({ objects }: ListedPage): string[] => {
  const count = Math.min(SAMPLE, objects.length);
  return Array.from(
    { length: count },
    (_, at) => objects.at(Math.floor(((at + 1) * objects.length) / count) - 1)!.key,
  );
};

/** What a listing of the range is asked for beyond its prefix. */
function boundsOf(range: Range, prefix: string): { startFrom?: string; endBefore?: string } {
  if (range.prefix !== prefix) return {}; // all keys with a longer prefix are of one range
  const isCut = range.cursor === null && compareUtf8(range.before, range.first) > 0;
  const first = isCut ? range.before : range.first;
  return {
    ...(compareUtf8(first, prefix) > 0 && { startFrom: first }),
    ...(range.end !== null && { endBefore: range.end }),
  };
}

/** Keys of other ranges come only where the storage orders by something else than bytes. */
const isInside = ({ objects }: ListedPage, { first, end }: Range): boolean =>
  objects.length === 0 ||
  (compareUtf8(objects.at(0)!.key, first) >= 0 &&
    (end === null || compareUtf8(objects.at(-1)!.key, end) < 0));
