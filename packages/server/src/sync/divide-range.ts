import { compareUtf8, type ListPage } from '@mooring/storage/server';
import { sql } from 'kysely';
import { isStorableKey } from '../catalogue/storable.ts';
import { retrying, systemRetry } from '../listing/retry.ts';
import { findSplits, inAnyOrder } from '../listing/split.ts';
import { findStems } from '../listing/stems.ts';
import type { Listing } from './range-listings.ts';
import { addRanges, type NewRange, type Range, saveRanges } from './sync-ranges.ts';
import { pageSizeOf, type Work } from './sync-work.ts';
import { writeLevel } from './write-keys.ts';

/** Ranges of one sync are not divided beyond this. */
const MOST_RANGES = 10_000;
const PIECES = 64;

/**
 * How a range is to be divided: at keys; or into the objects that lie directly under its prefix, and longer prefixes
 * that have all others.
 */
type Division = { rangeId: number } & (
  | { keys: string[] }
  | { objects: ListPage['objects']; stems: string[] }
);

/**
 * Looks for ways to divide a range that takes long, one range at a time, while its listing goes on.
 *
 * By keys, both halves begin and end where the storage says that they do, in any order of its own. Where
 * the storage does not keep such ranges, a range is divided by prefixes, which mean the same in every order; then what
 * was listed of it is passed over when it comes again.
 * @param found called when a look has ended
 */
export function createDivision(work: Work, cuts: boolean, found: () => void) {
  const stop = new AbortController();
  const signal = AbortSignal.any([work.signal, stop.signal]);
  const pageSize = pageSizeOf(work);
  /** Ranges that were looked at in vain. */
  const whole = new Set<number>();
  let looking = false;
  let division: Division | null = null;

  const look = (listing: Listing): Promise<Division | null> =>
    cuts ? lookForKeys(work, listing, signal) : lookForPrefixes(work, listing.range, signal);

  const takesLong = ({ range, listed, ended }: Listing): boolean => {
    if (ended || whole.has(range.id)) return false;
    if (cuts) return range.ordered && range.cursor !== null && listed >= 2 * pageSize;
    return Math.max(listed, knownAssets(work, range)) >= 2 * pageSize;
  };

  return {
    /** Begins to look for a way to divide the range that may take longest, unless a look is under way. */
    consider(listings: readonly Listing[]): void {
      if (looking || division) return;
      // Those that were listed for longest without an end.
      const [listing] = listings.filter(takesLong).sort((one, other) => other.listed - one.listed);
      if (!listing) return;
      looking = true;
      look(listing)
        .then(result => {
          if (result) division = result;
          else whole.add(listing.range.id);
        })
        .catch(() => void whole.add(listing.range.id)) // the listing itself will meet what is wrong, and report it
        .finally(() => {
          looking = false;
          found();
        });
    },

    take(): Division | null {
      const taken = division;
      division = null;
      return taken;
    },

    /** Divides a range whose listing was stopped; returns what is left of it, or null where nothing is. */
    async write({ range, heldFrom }: Listing, way: Division): Promise<Range | null> {
      if ('keys' in way) {
        const next = await writeCuts(work, range, heldFrom ? heldFrom.before : range.before, way.keys);
        if (next === range) whole.add(range.id);
        return next;
      }
      whole.add(range.id);
      const { stems, objects } = way;
      if (!(await mayAdd(work, stems.length))) return range;
      // Together they have all keys of the range: each also has those after its prefix, which the level has shown.
      const added = stems.map((prefix, at) => ({
        prefix,
        first: at === 0 ? range.first : prefix,
        end: stems[at + 1] ?? range.end,
      }));
      await writeLevel(work, range, objects, added);
      return null;
    },

    stop(): void {
      stop.abort();
    },
  };
}

async function lookForKeys(
  work: Work,
  { range, recent }: Listing,
  signal: AbortSignal,
): Promise<Division | null> {
  const { source, provider, gate, listing } = work;
  const keys = await findSplits(provider, {
    container: source.container,
    prefix: range.prefix,
    listed: [...recent],
    end: range.end,
    pieces: PIECES,
    signal,
    gate,
    retry: listing.retry ?? systemRetry,
  });
  return keys.length > 0 ? { rangeId: range.id, keys } : null;
}

async function lookForPrefixes(work: Work, range: Range, signal: AbortSignal): Promise<Division | null> {
  const { source, provider, gate, listing } = work;
  if (!provider.capabilities.list.delimiter) return null;
  const { prefix } = range;
  const call = () => provider.list(source.container, { prefix, delimiter: '/', signal });
  const page = await retrying(() => gate.through(call, signal), signal, listing.retry ?? systemRetry);
  if (page.cursor !== null || !page.prefixes.every(isStorableKey)) return null;
  const directories = [...new Set(page.prefixes)].sort(compareUtf8);
  const objects = Array.from(page.objects, ({ key }) => key);
  const pieces = Math.max(PIECES, Math.ceil(knownAssets(work, range) / pageSizeOf(work)));
  const stems = findStems(prefix, { directories, objects }, pieces);
  return stems.length > 0 ? { rangeId: range.id, objects: page.objects, stems } : null;
}

/**
 * Cuts a range at keys that come after what was listed of it.
 * @param before the last key that is not to be listed again
 * @returns what is left of the range; the range itself where it cannot be cut
 */
async function writeCuts(work: Work, range: Range, before: string, found: readonly string[]): Promise<Range> {
  const keys = inAnyOrder(range.settled, inAnyOrder(before, found));
  if (range.cursor === null || keys.length === 0 || !(await mayAdd(work, keys.length))) return range;
  const next: Range = { ...range, end: keys[0]!, cursor: null, before };
  const { prefix } = range;
  const added = keys.map((first, at): NewRange => ({ prefix, first, end: keys[at + 1] ?? range.end }));
  await work.db.transaction().execute(async trx => {
    await work.fence(trx);
    await saveRanges(trx, work.key, [next]);
    await addRanges(trx, work.key, added);
  });
  return next;
}

/** How many assets of a range the catalogue has; 0 where that is not known. */
const knownAssets = ({ source }: Work, { prefix, first, end }: Range): number =>
  prefix === source.prefix && first === '' && end === null ? source.assetCount : 0;

async function mayAdd({ db, key }: Work, count: number): Promise<boolean> {
  const { rows } = await sql<{ count: number }>`
    select count(*) as count from sync_ranges
    where workspace_id = ${key.workspaceId} and operation_id = ${key.operationId}`.execute(db);
  return rows[0]!.count + count <= MOST_RANGES;
}
