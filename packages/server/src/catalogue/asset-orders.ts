import type { AssetSort } from '@mooring/contract';
import { type RawBuilder, sql } from 'kysely';
import { allOf, type Bits, from, knowing } from './asset-bits.ts';
import type { AssetSelection } from './asset-filter.ts';
import { MOST_NUMBER, NUMBERS, type NumberName } from './build-bitmaps.ts';
import { decodeCursor, encodeCursor, notACursor } from './cursor.ts';
import { isProbed } from './facts-sql.ts';

/** What assets are ordered by, other than their keys. */
interface Order {
  value: RawBuilder<unknown>;
  type: RawBuilder<unknown>;
  /** Which of them have such a value; null: all. */
  isKnown: RawBuilder<boolean> | null;
  /** The same value in bitmaps, and how it is made of one in a cursor. */
  name: NumberName;
  numberOf: (value: string) => RawBuilder<number>;
}
const ORDERS: Record<string, Order> = {
  size: {
    value: sql`a.size_bytes`,
    type: sql`int8`,
    isKnown: null,
    name: 'size',
    numberOf: value => sql`${value}::int8`,
  },
  modified: {
    value: sql`a.last_modified`,
    type: sql`timestamptz`,
    isKnown: null,
    name: 'modified',
    numberOf: value => sql`greatest(0, floor(extract(epoch from ${value}::timestamptz) * 1000))::int8`,
  },
  duration: {
    value: sql`a.duration_seconds`,
    type: sql`float8`,
    isKnown: sql`(${isProbed} and a.duration_seconds is not null)`,
    name: 'duration',
    numberOf: value => sql`least(round(${value}::float8 * 1000000), ${MOST_NUMBER})::int8`,
  },
  dimensions: {
    value: sql`(a.width::int8 * a.height)`,
    type: sql`int8`,
    isKnown: sql`(${isProbed} and a.width is not null and a.height is not null)`,
    name: 'pixels',
    numberOf: value => sql`least(${value}::int8, ${MOST_NUMBER})`,
  },
};

/** A part of an order. */
export interface Part {
  /** On `assets a`, beside those of the selection. */
  conditions: RawBuilder<boolean>[];
  /** What the order compares, one after the other. */
  by: RawBuilder<unknown>[];
  /** What a cursor into this part is made of: texts. */
  place: RawBuilder<unknown>[];
  toCursor: (place: string[]) => string;
  selected: RawBuilder<boolean>;
  /** Of those, the ones in these bitmaps. */
  within: Bits | null;
  /** The number that they are ordered by. */
  number: NumberName | null;
}

/**
 * An order is read in parts: by source; or first the assets that share the number in the cursor, then the others that
 * have one, then those that have none.
 * @throws MooringError `invalid_request` for a cursor of another list
 */
export function* partsOf(
  selection: AssetSelection,
  sort: AssetSort,
  cursor: string | undefined,
): Generator<Part> {
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
  const valued = {
    by: [order.value, sql`a.id`],
    place: [sql`${order.value}::text`, sql`a.id`],
    toCursor,
    selected: selection.everywhere,
  };
  const isKnown = order.isKnown ? [order.isKnown] : [];
  if (value === null)
    yield { ...valued, conditions: isKnown, within: knowing(order.name), number: order.name };
  else if (!isInRest) {
    const { name } = order;
    const past = sql<boolean>`(${order.value}, a.id) ${isPast} (${value}::${order.type}, ${id!} collate "C")`;
    const number = order.numberOf(value);
    const next = sql<number>`${number} + 1`;
    // Assets that share the number have an order of their own, by value and id.
    yield {
      ...valued,
      conditions: [...isKnown, past, sql`${NUMBERS[name]} = ${number}`],
      within: allOf([from(name, number), sql`~${from(name, next)}`]),
      number: null,
    };
    yield {
      ...valued,
      conditions: [...isKnown, past, sql`${NUMBERS[name]} <> ${number}`],
      within: isDescending ? allOf([knowing(name), sql`~${from(name, number)}`]) : from(name, next),
      number: name,
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
      within: sql`~${knowing(order.name)}`,
      number: null,
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
      within: null,
      number: null,
    };
  }
}
