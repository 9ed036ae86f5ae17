import { type RawBuilder, sql } from 'kysely';
import type pg from 'pg';
import { CopiedRows } from './copied-rows.ts';
import { copyOut } from './copy-out.ts';
import { Numbers, Texts, Times, Wholes } from './vectors.ts';

/** What other tools get to know of an asset. Facts of the content are null where it is not probed. */
const VECTORS = {
  id: Texts,
  key: Texts,
  folderId: Texts,
  kind: Texts,
  mediaType: Texts,
  sizeBytes: Wholes,
  etag: Texts,
  lastModified: Times,
  goneAt: Times,
  title: Texts,
  width: Wholes,
  height: Wholes,
  durationSeconds: Numbers,
  frames: Wholes,
  codec: Texts,
  fps: Numbers,
  /** As JSON. */
  tags: Texts,
  /** Of the version of a dataset. */
  split: Texts,
  /** As JSON. */
  clientMetadata: Texts,
  /** In the version of a dataset. */
  number: Wholes,
} as const;
type Vectors = { [Name in keyof typeof VECTORS]: InstanceType<(typeof VECTORS)[Name]> };
/** The expression for each; whole numbers are `int8`, others `float8`, moments `timestamptz`. */
export type WalkedValues = Record<keyof typeof VECTORS, RawBuilder<unknown>>;

export interface Place {
  container: string;
  sourceId: string;
  connectionId: string;
}

/** Assets of one place, as columns. */
export interface WalkedAssets extends Vectors, Place {
  length: number;
}

const MOST_ROWS = 8192;
const FIRST_ROWS = 512;
/** Client metadata of one asset can be large, so a batch ends where it has so much. */
const MOST_BYTES = 8 * 1024 * 1024;

/**
 * Reads what is in each place in batches. Each batch is a query of its own, so a slow reader holds no transaction open;
 * the next one is read while a batch is in use.
 * @param rowsAfter what follows `select … `: from, where and order by, behind the last row of a batch; null: from the
 * beginning
 */
export async function* walkPlaces<P extends Place>(
  pool: pg.Pool,
  places: readonly P[],
  values: WalkedValues,
  rowsAfter: (place: P, last: { key: string; number: number | null } | null) => RawBuilder<unknown>,
): AsyncGenerator<WalkedAssets> {
  const names = Object.keys(VECTORS) as (keyof typeof VECTORS)[];
  const selected = sql.join(names.map(name => values[name]));
  let rows = FIRST_ROWS;

  async function read(after: RawBuilder<unknown>) {
    const vectors = Object.fromEntries(
      names.map(name => [name, new VECTORS[name](rows)]),
    ) as unknown as Vectors;
    const copied = new CopiedRows(names.map(name => vectors[name]));
    for await (const piece of copyOut(pool, sql`select ${selected} ${after} limit ${rows}`)) {
      copied.add(piece);
      if (copied.bytes >= MOST_BYTES) break;
    }
    rows = copied.bytes >= MOST_BYTES ? copied.length : Math.min(MOST_ROWS, rows * 2);
    return { ...vectors, length: copied.length };
  }

  for (const place of places) {
    const { container, sourceId, connectionId } = place;
    let batch = await read(rowsAfter(place, null));
    while (batch.length > 0) {
      const at = batch.length - 1;
      const next = read(rowsAfter(place, { key: batch.key.get(at)!, number: batch.number.get(at) }));
      next.catch(() => {}); // awaited below, unless the reader has gone
      yield { ...batch, container, sourceId, connectionId };
      batch = await next;
    }
  }
}
