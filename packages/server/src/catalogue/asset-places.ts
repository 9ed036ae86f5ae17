import type { AssetSort } from '@mooring/contract';
import { type RawBuilder, sql } from 'kysely';
import { allOf } from './asset-bits.ts';
import type { AssetSelection } from './asset-filter.ts';
import { type Part, partsOf } from './asset-orders.ts';
import { divideSegments } from './asset-segments.ts';
import { type Settings, searchTooSlow, within } from './bounded.ts';
import { type Candidates, findCandidates, findFirst } from './candidates.ts';
import { notACursor } from './cursor.ts';
import type { Db, Trx } from './db.ts';

/** Where an asset is in an ordered list. */
export interface AssetPlace {
  id: string;
  /** The cursor to what comes after it. */
  cursor: () => string;
}

export interface PlacesWanted {
  sort: AssetSort;
  cursor: string | undefined;
  limit: number;
  /** So long a walk of the order may take before all that match are gathered instead. */
  walkMs?: number;
}

const WALK_MS = 60;
/**
 * So many are always gathered. Of n assets in all, m of which match, a walk to a page of p passes n · p / m. Gathering
 * takes m, each of them about four times as long: it is the shorter way up to √(n · p) / 2.
 */
const FEW = 1000;

/** Bitmaps of words have a few assets too many. */
const MORE_WITH_WORDS = 3;

// What the planner does not know of expressions makes it read the whole table.
const WALKING: Settings = { enable_seqscan: 'off', enable_bitmapscan: 'off', enable_sort: 'off' };
const PROBING: Settings = { enable_seqscan: 'off', enable_hashjoin: 'off', enable_mergejoin: 'off' };

/**
 * The next places of a selection in its order, after a cursor of the same order. What comes first by a number is found by
 * bitmaps, gathered and sorted. In other orders, where few assets match, all of those are. Where many do, the index of the
 * order is walked: that finds a page soon. If bitmaps do not say, it is walked for a short time first.
 * @param leftMs what is left of the time for the search
 * @throws MooringError `invalid_request` for a cursor of another list; `search_too_slow`
 */
export async function readPlaces(
  db: Db,
  selection: AssetSelection,
  { sort, cursor, limit, walkMs = WALK_MS }: PlacesWanted,
  leftMs: () => number,
): Promise<AssetPlace[]> {
  const isDescending = sort.startsWith('-');
  const all = selection.sources.reduce((sum, { assets }) => sum + assets, 0);
  const few = Math.max(FEW, Math.sqrt(limit * all) / 2);
  const ask = <T>(run: (trx: Trx) => Promise<T>, ms: number, settings: Settings = {}) =>
    within(db, ms, run, settings).catch(refuseOddCursor(cursor));
  const found: AssetPlace[] = [];
  for (const part of partsOf(selection, sort, cursor)) {
    const missing = limit - found.length;
    const queries = (assets: RawBuilder<unknown>) => queriesOf(part, assets, isDescending, missing);
    const run = async (trx: Trx, query: Query) => (await query.execute(trx)).rows;
    // In one transaction, which asks the database less often.
    const sought = await ask(
      async trx => {
        const candidates = await candidatesOf(trx, selection, part, isDescending, missing);
        const gathers = part.number !== null || (candidates !== null && candidates.count <= few);
        const rows = candidates && gathers ? await run(trx, queries(candidates.rows).gather) : null;
        return { candidates, gathers, rows };
      },
      leftMs(),
      PROBING,
    );
    if (!sought) throw searchTooSlow();
    const { candidates, gathers } = sought;
    let { rows } = sought;
    if (!gathers)
      rows = await ask(trx => run(trx, queries(sql`assets`).walk), Math.min(walkMs, leftMs()), WALKING);
    // Of the candidates some may not match, while there are more assets than those.
    const isShort = rows !== null && candidates?.isPart === true && rows.length < missing;
    if (!rows && candidates)
      rows = await ask(trx => run(trx, queries(candidates.rows).gather), leftMs(), PROBING);
    else if (!rows || isShort) rows = await ask(trx => run(trx, queries(sql`assets`).gather), leftMs());
    if (!rows) throw searchTooSlow();
    found.push(...rows.map(({ id, place }) => ({ id, cursor: () => part.toCursor(place) })));
    if (found.length >= limit) break;
  }
  return found;
}

async function candidatesOf(
  trx: Trx,
  selection: AssetSelection,
  { number, within }: Part,
  largest: boolean,
  limit: number,
): Promise<Candidates | null> {
  if (!selection.bits) return null;
  const { others, facets, isExact } = selection.bits;
  // Without filters all match, and the walk finds a page at once.
  if (number === null && selection.range) return null;
  const segments = await divideSegments(trx, selection, Object.keys(facets));
  if (!segments) return null;
  const bits = allOf([others, ...Object.values(facets), ...(within ? [within] : [])]);
  if (number === null) return findCandidates(trx, selection.workspaceId, segments, bits);
  const wanted = isExact ? limit : limit * MORE_WITH_WORDS;
  return findFirst(trx, selection.workspaceId, segments, bits, { name: number, largest, limit: wanted });
}

type Query = RawBuilder<{ id: string; place: string[] }>;

function queriesOf(
  { by, place, selected, conditions }: Part,
  candidates: RawBuilder<unknown>,
  isDescending: boolean,
  limit: number,
): { walk: Query; gather: Query } {
  const direction = isDescending ? sql`desc` : sql`asc`;
  const order = (columns: RawBuilder<unknown>[]) =>
    sql`order by ${sql.join(columns.map(column => sql`${column} ${direction}`))} limit ${limit}`;
  const columns = sql`a.id, array[${sql.join(place)}]::text[] as place`;
  const where = sql.join([selected, ...conditions], sql` and `);
  const names = by.map((_, at) => sql.ref(`by_${at}`));
  const sorted = sql.join(by.map((column, at) => sql`${column} as ${names[at]!}`));
  return {
    walk: sql`select ${columns} from assets a where ${where} ${order(by)}`,
    gather: sql`
      with found as materialized (select ${columns}, ${sorted} from ${candidates} a where ${where})
      select id, place from found ${order(names)}`,
  };
}

/** A value that is none of its type comes from a cursor that was made up. */
const refuseOddCursor =
  (cursor: string | undefined) =>
  (error: unknown): never => {
    const { code } = error as { code?: unknown };
    if (cursor !== undefined && typeof code === 'string' && code.startsWith('22')) throw notACursor();
    throw error;
  };
