import { compareUtf8 } from '@mooring/storage/server';
import { type ListedPage, listAll } from '../listing/list-all.ts';
import { createAllowance } from './in-hand.ts';
import type { Range } from './ranges.ts';
import { type Active, type Arrival, NO_OBJECTS, type Work } from './work.ts';

/** Objects that a page can hold. */
export const pageSizeOf = ({ listing, provider }: Pick<Work, 'listing' | 'provider'>): number =>
  listing.pageSize ?? provider.capabilities.list.maxPageSize;

/** A range that is being listed. */
export interface Listing extends Active {
  /** Pages that have come and are not dealt with. */
  pages: ListedPage[];
  /** Why there are no more, once those are dealt with. */
  failure: unknown;
  /** Objects that have come since it was taken up. */
  listed: number;
  /** Whether nothing more will come. */
  ended: boolean;
  /** Whether pages of it are being dealt with: the next ones wait for that. */
  taken: boolean;
  /** Some keys of the latest page that another follows, and its last. */
  recent: string[];
  stop(): Promise<void>;
}

/** Lists several ranges at once, as fast as what it finds is dealt with. */
export function createListings(work: Work, { cuts, ended }: { cuts: boolean; ended: () => void }) {
  const pageSize = pageSizeOf(work);
  const all = new Map<number, Listing>();
  let waiting = 0;
  let underWay = 0;
  const allowance = createAllowance();
  const come = { objects: 0, pages: 0 };
  let moved = Promise.withResolvers<void>();
  /** Requests that wait for room, by the ids of their ranges. */
  const waiters: { id: number; go: () => void }[] = [];

  /** No page is asked for then. Pages on their way count like those that have come. */
  const isFull = (): boolean => {
    const perPage = come.pages > 0 ? come.objects / come.pages : pageSize;
    return waiting + underWay * perPage >= allowance.most;
  };

  /** The earlier a range, the sooner it is its turn: what lies side by side is quicker to write together. */
  function makeRoom(): void {
    waiters.sort((one, other) => one.id - other.id);
    while (waiters.length > 0 && !isFull()) {
      underWay++;
      waiters.shift()!.go();
    }
  }

  function enter(id: number, signal: AbortSignal): Promise<void> | void {
    if (signal.aborted || !isFull()) {
      underWay++;
      return;
    }
    const { promise, resolve } = Promise.withResolvers<void>();
    const waiter = { id, go: resolve };
    const giveUp = () => {
      const place = waiters.indexOf(waiter);
      if (place < 0) return;
      waiters.splice(place, 1);
      underWay++;
      resolve();
    };
    waiters.push(waiter);
    signal.addEventListener('abort', giveUp, { once: true });
    return promise.finally(() => signal.removeEventListener('abort', giveUp));
  }

  async function whenThereIsRoom<T>(id: number, request: () => Promise<T>, signal: AbortSignal): Promise<T> {
    await enter(id, signal);
    try {
      signal.throwIfAborted();
      const begun = performance.now();
      const page = await request();
      allowance.came(performance.now() - begun);
      return page;
    } finally {
      underWay--;
      makeRoom();
    }
  }

  function start(range: Range): Listing {
    const abort = new AbortController();
    const signal = AbortSignal.any([work.signal, abort.signal]);
    const listing: Listing = {
      range,
      held: NO_OBJECTS,
      heldFrom: null,
      pages: [],
      failure: null,
      listed: 0,
      ended: false,
      taken: false,
      recent: [],
      async stop() {
        abort.abort();
        all.delete(range.id);
        drop(listing, listing.pages.length);
        makeRoom();
        await over;
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
      pace: request => whenThereIsRoom(range.id, request, signal),
      ...work.listing,
    });
    for await (const page of pages) {
      if (!page.last) listing.recent = sampleOf(page);
      listing.pages.push(isInside(page, range) ? page : { ...page, inOrder: false });
      const { length } = page.objects;
      listing.listed += length;
      waiting += length;
      come.objects += length;
      come.pages++;
      moved.resolve();
    }
  }

  function drop(listing: Listing, count: number): ListedPage[] {
    const pages = listing.pages.splice(0, count);
    waiting -= pages.reduce((sum, page) => sum + page.objects.length, 0);
    return pages;
  }

  return {
    start,
    isFull,
    all: (): Listing[] => [...all.values()],
    get count(): number {
      return all.size;
    },

    /** How many of them are not listed to their end. */
    get open(): number {
      return [...all.values()].filter(listing => !listing.ended).length;
    },

    /** Pages to deal with now: of all ranges that are not taken, so many objects and at least one page. */
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
        arrivals.push({ active: listing, pages: drop(listing, count) });
      }
      allowance.took(objects);
      makeRoom();
      return arrivals;
    },

    /** What was taken has been dealt with. */
    release(listing: Listing): void {
      listing.taken = false;
      if (listing.range.done) all.delete(listing.range.id);
      moved.resolve();
    },

    /** Whether it is worth while to wait for more pages before those that have come are dealt with. */
    isGathering(mostObjects: number): boolean {
      return waiting < mostObjects && [...all.values()].some(listing => !listing.ended);
    },

    /** Until so many objects have come, or nothing more will; not longer than so many milliseconds. */
    async gather(mostObjects: number, ms: number): Promise<void> {
      const until = performance.now() + ms;
      while (this.isGathering(mostObjects) && performance.now() < until && !work.signal.aborted)
        await this.sleep(until - performance.now());
    },

    async sleep(ms: number): Promise<void> {
      const { promise, resolve } = Promise.withResolvers<void>();
      moved = { promise, resolve, reject: () => {} };
      const wake = () => resolve();
      const timer = setTimeout(wake, ms);
      work.signal.addEventListener('abort', wake, { once: true });
      await promise;
      clearTimeout(timer);
      work.signal.removeEventListener('abort', wake);
    },

    /** Ends a wait, or a sleep. */
    wake: () => moved.resolve(),

    /** Until a page has come, a listing has failed or one is released; not longer than so many milliseconds. */
    async wait(ms: number): Promise<void> {
      const isReady = ({ taken, pages, failure }: Listing) => !taken && (pages.length > 0 || failure);
      if ([...all.values()].some(isReady)) return;
      await this.sleep(ms);
    },

    async stop(): Promise<void> {
      await Promise.all([...all.values()].map(listing => listing.stop()));
    },
  };
}

const SAMPLE = 20;
const sampleOf = ({ objects }: ListedPage): string[] =>
  Array.from(
    { length: Math.min(SAMPLE, objects.length) },
    (_, at) =>
      objects.at(Math.floor(((at + 1) * objects.length) / Math.min(SAMPLE, objects.length)) - 1)!.key,
  );

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
