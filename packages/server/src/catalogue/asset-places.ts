import type { AssetSort } from '@mooring/contract';
import { type RawBuilder, sql } from 'kysely';
import type { AssetSelection } from './asset-filter.ts';
import { searchTooSlow, within } from './bounded.ts';
import { decodeCursor, encodeCursor, notACursor } from './cursor.ts';
import type { Db, Trx } from './db.ts';
import { isProbed } from './facts-sql.ts';

/** Where an asset is in an ordered list. */
export interface AssetPlace {
  id: string;
  cursor: string;
}

/** So long a walk of the order may take before all that match are gathered instead. */
const WALK_MS = 60;

/** What assets are ordered by; `isKnown`: which of them have such a value. */
interface Order {
  value: RawBuilder<unknown>;
  type: RawBuilder<unknown>;
  isKnown: RawBuilder<boolean> | null;
}
const ORDERS: Record<string, Order> = {
  size: { value: sql`a.size_bytes`, type: sql`int8`, isKnown: null },
  modified: { value: sql`a.last_modified`, type: sql`timestamptz`, isKnown: null },
  duration: {
    value: sql`a.duration_seconds`,
    type: sql`float8`,
    isKnown: sql`(${isProbed} and a.duration_seconds is not null)`,
  },
  dimensions: {
    value: sql`(a.width::int8 * a.height)`,
    type: sql`int8`,
    isKnown: sql`(${isProbed} and a.width is not null and a.height is not null)`,
  },
};

interface Part {
  /** On `assets a`, beside those of the selection. */
  conditions: RawBuilder<boolean>[];
  /** What the order compares, one after the other. */
  by: RawBuilder<unknown>[];
  /** What a cursor into this part is made of: texts. */
  place: RawBuilder<unknown>[];
  toCursor: (place: string[]) => string;
  selected: RawBuilder<boolean>;
}

/**
 * The next places of a selection in its order, after a cursor of the same order. First the index of the order is
 * walked: where much matches, that finds a page at once. Where that takes too long little matches: then all of it is
 * gathered, by what other index there is, and sorted.
 * @param leftMs what is left of the time for the search
 * @throws MooringError `invalid_request` for a cursor of another list; `search_too_slow`
 */
export async function readPlaces(
  db: Db,
  selection: AssetSelection,
  { sort, cursor, limit }: { sort: AssetSort; cursor: string | undefined; limit: number },
  leftMs: () => number,
): Promise<AssetPlace[]> {
  const isDescending = sort.startsWith('-');
  const found: AssetPlace[] = [];
  for (const part of partsOf(selection, sort, cursor)) {
    const missing = limit - found.length;
    const direction = isDescending ? sql`desc` : sql`asc`;
    const order = (columns: RawBuilder<unknown>[]) =>
      sql`order by ${sql.join(columns.map(column => sql`${column} ${direction}`))} limit ${missing}`;
    const { by } = part;
    const columns = sql`a.id, array[${sql.join(part.place)}]::text[] as place`;
    const where = sql`${sql.join([part.selected, ...part.conditions], sql` and `)}`;
    const walk = sql<{ id: string; place: string[] }>`
      select ${columns} from assets a where ${where} ${order(by)}`;
    const names = by.map((_, at) => sql.ref(`by_${at}`));
    const sorted = sql.join(by.map((column, at) => sql`${column} as ${names[at]!}`));
    const gather = sql<{ id: string; place: string[] }>`
      with found as materialized (select ${columns}, ${sorted} from assets a where ${where})
      select id, place from found ${order(names)}`;
    const run = async (query: typeof walk, ms: number) =>
      within(db, ms, async (trx: Trx) => (await query.execute(trx)).rows).catch(refuseOddCursor(cursor));
    const rows = (await run(walk, Math.min(WALK_MS, leftMs()))) ?? (await run(gather, leftMs()));
    if (!rows) throw searchTooSlow();
    found.push(...rows.map(({ id, place }) => ({ id, cursor: part.toCursor(place) })));
    if (found.length >= limit) break;
  }
  return found;
}

/** An order is walked in parts: by source, or first the assets that have the value, then those without. */
function* partsOf(selection: AssetSelection, sort: AssetSort, cursor: string | undefined): Generator<Part> {
  const isDescending = sort.startsWith('-');
  const name = isDescending ? sort.slice(1) : sort;
  const order = ORDERS[name];
  if (!order) {
    yield* keyParts(selection, isDescending, cursor);
    return;
  }
  const [cursorSort, value, id] = cursor === undefined ? [sort, null, null] : decodeCursor(cursor, 3);
  if (cursorSort !== sort) throw notACursor();
  const isPast = isDescending ? sql`<` : sql`>`;
  const isInRest = value === '';
  const toCursor = ([value, id]: string[]) => encodeCursor(sort, value!, id!);
  if (!isInRest) {
    const past =
      value && sql<boolean>`(${order.value}, a.id) ${isPast} (${value}::${order.type}, ${id!} collate "C")`;
    yield {
      conditions: [order.isKnown, past].filter(
        condition => typeof condition === 'object' && condition !== null,
      ),
      by: [order.value, sql`a.id`],
      place: [sql`${order.value}::text`, sql`a.id`],
      toCursor,
      selected: selection.everywhere,
    };
  }
  if (order.isKnown) {
    yield {
      conditions: [
        sql<boolean>`${order.isKnown} is not true`,
        ...(isInRest ? [sql<boolean>`a.id ${isPast} ${id!}`] : []),
      ],
      by: [sql`a.id`],
      place: [sql`''`, sql`a.id`],
      toCursor,
      selected: selection.everywhere,
    };
  }
}

function* keyParts(
  selection: AssetSelection,
  isDescending: boolean,
  cursor: string | undefined,
): Generator<Part> {
  const [atSource, atKey] = cursor === undefined ? [null, null] : decodeCursor(cursor, 2);
  const isPast = isDescending ? sql`<` : sql`>`;
  const ids = selection.sources.map(source => source.id);
  if (isDescending) ids.reverse();
  for (const sourceId of ids) {
    if (atSource != null && (isDescending ? sourceId > atSource : sourceId < atSource)) continue;
    yield {
      conditions:
        sourceId === atSource
          ? [sql`left(a.key, 512) ${isPast}= left(${atKey!}, 512) and a.key ${isPast} ${atKey!}`]
          : [],
      by: [sql`left(a.key, 512)`, sql`a.key`],
      place: [sql`a.source_id`, sql`a.key`],
      toCursor: ([source, key]) => encodeCursor(source!, key!),
      selected: selection.inSource(sourceId),
    };
  }
}

/** A value that is none of its type comes from a cursor that was made up. */
const refuseOddCursor =
  (cursor: string | undefined) =>
  (error: unknown): never => {
    const { code } = error as { code?: unknown };
    if (cursor !== undefined && typeof code === 'string' && code.startsWith('22')) throw notACursor();
    throw error;
  };
