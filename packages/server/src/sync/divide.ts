import type { ListPage } from '@mooring/storage/server';
import { compareUtf8 } from '@mooring/storage/server';
import { sql } from 'kysely';
import { isStorable } from '../catalogue/storable.ts';
import { retrying, systemRetry } from '../listing/retry.ts';
import { findSplits, inAnyOrder } from '../listing/split.ts';
import { findStems } from '../listing/stems.ts';
import { type Listing, pageSizeOf } from './lister.ts';
import { addRanges, type NewRange, type Range, saveRanges } from './ranges.ts';
import { takeLevel, type Work } from './work.ts';

/** Ranges of one sync are not divided beyond this. */
const MOST_RANGES = 10_000;
const PIECES = 64;

/**
 * How a range is to be divided: at keys, or into the objects that lie directly under its prefix, and longer prefixes
 * that have all others.
 */
export type Division = { rangeId: number } & (
  | { keys: string[] }
  | { objects: ListPage['objects']; stems: string[] }
);

/**
 * Looks for ways to divide a range that takes long, one at a time, while its listing goes on.
 *
 * By keys, both halves begin and end where the storage says that they do, in its own order, whatever that is. Where
 * it does not keep such ranges, a range is divided by prefixes, which mean the same in every order; then what was
 * listed of it is passed over when it comes again.
 */
export function createDivision(work: Work, cuts: boolean, tell: () => void) {
  const stop = new AbortController();
  const signal = AbortSignal.any([work.signal, stop.signal]);
  const pageSize = pageSizeOf(work);
  /** Ranges that were looked at in vain. */
  const whole = new Set<number>();
  let looking = false;
  let found: Division | null = null;

  async function look({ range }: Listing, listed: string[]): Promise<Division | null> {
    const { source, provider, gate } = work;
    const { container } = source;
    const retry = work.listing.retry ?? systemRetry;
    const { prefix, end } = range;
    if (cuts) {
      const keys = await findSplits(provider, {
        container,
        prefix,
        listed,
        end,
        pieces: PIECES,
        signal,
        gate,
        retry,
      });
      return keys.length > 0 ? { rangeId: range.id, keys } : null;
    }
    if (!provider.capabilities.list.delimiter) return null;
    const call = () => provider.list(container, { prefix, delimiter: '/', signal });
    const { objects, prefixes, cursor } = await retrying(() => gate.through(call, signal), signal, retry);
    if (cursor !== null || !prefixes.every(isStorable)) return null;
    const directories = [...new Set(prefixes)].sort(compareUtf8);
    const keys = Array.from(objects, ({ key }) => key);
    const pieces = Math.max(PIECES, Math.ceil(knownAssets(range) / pageSize));
    const stems = findStems(prefix, { directories, objects: keys }, pieces);
    return stems.length > 0 ? { rangeId: range.id, objects, stems } : null;
  }

  /** How many assets of a range the catalogue has; 0 where that is not known. */
  const knownAssets = ({ prefix, first, end }: Range): number =>
    prefix === work.source.prefix && first === '' && end === null ? work.source.assetCount : 0;

  return {
    /** Begins to look for a way to divide the range that may take longest, unless a look is under way. */
    consider(listings: readonly Listing[]): void {
      if (looking || found) return;
      const candidates = listings.filter(
        ({ range, listed, ended }) =>
          !ended &&
          !whole.has(range.id) &&
          (cuts
            ? range.ordered && range.cursor !== null && listed >= 2 * pageSize
            : Math.max(listed, knownAssets(range)) >= 2 * pageSize),
      );
      // Those that were listed for longest without an end.
      const [listing] = candidates.sort((one, other) => other.listed - one.listed);
      if (!listing) return;
      const listed = [...listing.recent];
      looking = true;
      look(listing, listed)
        .then(division => {
          if (division) found = division;
          else whole.add(listing.range.id);
        })
        .catch(() => void whole.add(listing.range.id)) // the listing itself will meet what is wrong, and say so
        .finally(() => {
          looking = false;
          tell();
        });
    },

    take(): Division | null {
      const division = found;
      found = null;
      return division;
    },

    /** Divides a range whose listing was stopped; returns what is left of it, or null where nothing is. */
    async write({ range, heldFrom }: Listing, division: Division): Promise<Range | null> {
      if ('stems' in division) return writeLevel(range, division.objects, division.stems);
      const before = heldFrom ? heldFrom.before : range.before;
      const keys = inAnyOrder(range.settled, inAnyOrder(before, division.keys));
      const { prefix } = range;
      const isOpen = range.cursor !== null && keys.length > 0 && (await mayAdd(keys.length));
      const next: Range = isOpen ? { ...range, end: keys[0]!, cursor: null, before } : range;
      if (!isOpen) whole.add(range.id);
      const added: NewRange[] = isOpen
        ? keys.map((first, at) => ({ prefix, first, end: keys[at + 1] ?? range.end }))
        : [];
      await work.db.transaction().execute(async trx => {
        await work.fence(trx);
        await saveRanges(trx, work.key, [next]);
        await addRanges(trx, work.key, added);
      });
      return next;
    },

    stop(): void {
      stop.abort();
    },
  };

  async function writeLevel(
    range: Range,
    objects: ListPage['objects'],
    stems: string[],
  ): Promise<Range | null> {
    whole.add(range.id);
    if (!(await mayAdd(stems.length))) return range;
    // Together they have all keys of the range: each also has those after its prefix, which the level has shown.
    const added = stems.map((prefix, at) => ({
      prefix,
      first: at === 0 ? range.first : prefix,
      end: stems[at + 1] ?? range.end,
    }));
    await takeLevel(work, range, objects, added);
    return null;
  }

  async function mayAdd(count: number): Promise<boolean> {
    const { rows } = await sql<{ count: number }>`
      select count(*) as count from sync_ranges
      where workspace_id = ${work.key.workspaceId} and operation_id = ${work.key.operationId}`.execute(
      work.db,
    );
    return rows[0]!.count + count <= MOST_RANGES;
  }
}
