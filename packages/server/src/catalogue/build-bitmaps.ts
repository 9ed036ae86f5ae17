import { ASSET_FACETS, type AssetFacet } from '@mooring/contract';
import { sql } from 'kysely';
import { SEGMENT } from './asset-segments.ts';
import type { Db, Trx } from './db.ts';
import { FACET_VALUES, isProbed } from './facts-sql.ts';
import { gramsOf } from './key-grams.ts';
import { gramsOfMetadata } from './metadata-filter.ts';

/** A facet with more values in a segment has bitmaps of no others: assets have no more than so many kilobytes of them. */
const MOST_VALUES = 200;

/** Larger numbers count as this: JavaScript knows no larger ones exactly. */
export const MOST_NUMBER = Number.MAX_SAFE_INTEGER;

/** Numbers as whole ones. `case` keeps null what is not known: `least` of null is the other. */
export const NUMBERS = {
  size: sql`a.size_bytes`,
  modified: sql`greatest(0, floor(extract(epoch from a.last_modified) * 1000))`,
  width: sql`case when ${isProbed} then a.width end`,
  height: sql`case when ${isProbed} then a.height end`,
  pixels: sql`case when ${isProbed} and a.width is not null and a.height is not null
    then least(a.width::int8 * a.height, ${MOST_NUMBER}) end`,
  /** In microseconds. */
  duration: sql`case when ${isProbed} and a.duration_seconds is not null
    then least(round(a.duration_seconds * 1000000), ${MOST_NUMBER}) end`,
  frames: sql`case when ${isProbed} then a.frames end`,
};
export type NumberName = keyof typeof NUMBERS;
const NUMBER_NAMES = Object.keys(NUMBERS) as NumberName[];

interface Segment {
  workspace_id: string;
  source_id: string;
  segment: number;
}
const BEFORE_ALL: Segment = { workspace_id: '', source_id: '', segment: -1 };
type Row = { number: number; key: string; status: string } & Record<AssetFacet, string | string[] | null> &
  Record<NumberName, number | null>;

/**
 * Builds the bitmaps of segments that do not hold (any more), each in a transaction of its own. Sources that are being
 * synced wait. It goes through the segments once: one that changes all the time, or fails, keeps no other waiting.
 * @throws what the first that failed threw, after all others
 */
export async function buildBitmaps(db: Db, signal: AbortSignal): Promise<void> {
  let failure: { error: unknown } | undefined;
  for (let next = await nextSegment(db, BEFORE_ALL); next; next = await nextSegment(db, next)) {
    signal.throwIfAborted();
    const segment = next;
    await db
      .transaction()
      .execute(trx => build(trx, segment))
      .catch(error => {
        failure ??= { error };
      });
  }
  if (failure) throw failure.error;
}

async function nextSegment(db: Db, after: Segment): Promise<Segment | undefined> {
  const { rows } = await sql<Segment>`
    select workspace_id, source_id, segment from asset_segments s
    where not built and (workspace_id, source_id, segment) > (${after.workspace_id}, ${after.source_id}, ${after.segment})
      and not exists (
        select from operations o where o.workspace_id = s.workspace_id and o.subject_id = s.source_id
          and o.kind in ('sync', 'remove-source') and o.status in ('running', 'cancelling'))
    order by workspace_id, source_id, segment limit 1`.execute(db);
  return rows[0];
}

/** The row of the segment stays locked meanwhile: writers of its assets wait. One that is locked has its turn later. */
async function build(trx: Trx, segment: Segment): Promise<void> {
  const ofSegment = sql`workspace_id = ${segment.workspace_id} and source_id = ${segment.source_id}
    and segment = ${segment.segment}`;
  const { rows: locked } = await sql`
    select from asset_segments where ${ofSegment} and not built for update skip locked`.execute(trx);
  if (locked.length === 0) return;
  const assets = await readAssets(trx, segment);
  const { bitmaps, crowded } = bitmapsOf(assets);
  bitmaps.push(...bitmapsOfGrams('metadata', await metadataGrams(trx, segment)));
  await sql`delete from asset_bitmaps where ${ofSegment}`.execute(trx);
  await sql`
    insert into asset_bitmaps (workspace_id, source_id, segment, name, value, bits)
    select ${segment.workspace_id}, ${segment.source_id}, ${segment.segment}, name, value, bits::varbit[]
    from unnest(${bitmaps.map(({ name }) => name)}::text[], ${bitmaps.map(({ value }) => value)}::text[],
      ${bitmaps.map(({ bits }) => `{${bits.map(written)}}`)}::text[]) as n (name, value, bits)`.execute(trx);
  await sql`
    update asset_segments set built = true, crowded = ${crowded},
      (first_key, last_key) = (
        select min(key collate "C"), max(key collate "C") from unnest(${assets.map(({ key }) => key)}::text[]) as key)
    where ${ofSegment}`.execute(trx);
}

async function readAssets(trx: Trx, { workspace_id, source_id, segment }: Segment): Promise<Row[]> {
  const columns = [
    ...ASSET_FACETS.map(facet => sql`${FACET_VALUES[facet]} as ${sql.ref(facet)}`),
    ...NUMBER_NAMES.map(name => sql`(${NUMBERS[name]})::int8 as ${sql.ref(name)}`),
  ];
  const { rows } = await sql<Row>`
    select a.number, a.key, case when a.gone_at is null then 'present' else 'gone' end as status, ${sql.join(columns)}
    from assets a where a.workspace_id = ${workspace_id} and a.source_id = ${source_id}
      and a.number >= ${segment * SEGMENT} and a.number < ${(segment + 1) * SEGMENT}`.execute(trx);
  return rows;
}

interface Bitmaps {
  name: string;
  value: string;
  bits: Uint8Array[];
}

function bitmapsOf(assets: readonly Row[]): { bitmaps: Bitmaps[]; crowded: string[] } {
  const bitmaps: Bitmaps[] = [];
  const crowded: string[] = [];
  for (const name of ['status', ...ASSET_FACETS] as const) {
    const byValue = new Map<string, Uint8Array>();
    for (const asset of assets)
      for (const value of [asset[name] ?? []].flat()) {
        const bits = byValue.get(value) ?? new Uint8Array(SEGMENT / 8);
        byValue.set(value, bits);
        set(bits, asset.number);
      }
    if (byValue.size > MOST_VALUES) crowded.push(name);
    else for (const [value, bits] of byValue) bitmaps.push({ name, value, bits: [bits] });
  }
  bitmaps.push(...bitmapsOfGrams('gram', keyGrams(assets)));
  for (const name of NUMBER_NAMES) {
    const bits = digitsOf(assets, name);
    if (bits.length > 0) bitmaps.push({ name, value: '', bits });
  }
  return { bitmaps, crowded };
}

type Grams = Map<number, Uint8Array>;

const bitmapsOfGrams = (name: string, grams: Grams): Bitmaps[] =>
  [...grams].map(([gram, bits]) => ({ name, value: String(gram), bits: [bits] }));

function keyGrams(assets: readonly Row[]): Grams {
  const grams: Grams = new Map();
  for (const { key, number } of assets) for (const gram of gramsOf(key)) setGram(grams, gram, number);
  return grams;
}

/** Metadata of one asset has up to 64 KB, so few rows are read at a time. */
const METADATA_AT_ONCE = 256;

async function metadataGrams(trx: Trx, { workspace_id, source_id, segment }: Segment): Promise<Grams> {
  const grams: Grams = new Map();
  const end = (segment + 1) * SEGMENT;
  for (let from = segment * SEGMENT; from < end; ) {
    const { rows } = await sql<{ number: number; metadata: object }>`
      select a.number, a.client_metadata as metadata from assets a
      where a.workspace_id = ${workspace_id} and a.source_id = ${source_id} and a.client_metadata is not null
        and a.number >= ${from} and a.number < ${end} order by a.number limit ${METADATA_AT_ONCE}`.execute(
      trx,
    );
    for (const { number, metadata } of rows)
      for (const gram of gramsOfMetadata(metadata)) setGram(grams, gram, number);
    from = rows.length < METADATA_AT_ONCE ? end : rows.at(-1)!.number + 1;
  }
  return grams;
}

function setGram(grams: Grams, gram: number, number: number): void {
  const bits = grams.get(gram) ?? new Uint8Array(SEGMENT / 8);
  grams.set(gram, bits);
  set(bits, number);
}

/** Which assets have the number, then which have each of its binary digits. */
function digitsOf(assets: readonly Row[], name: NumberName): Uint8Array[] {
  const bits: Uint8Array[] = [];
  const bitmap = (at: number) => {
    while (bits.length <= at) bits.push(new Uint8Array(SEGMENT / 8));
    return bits[at]!;
  };
  for (const asset of assets) {
    let rest = asset[name];
    if (rest === null) continue;
    set(bitmap(0), asset.number);
    for (let digit = 1; rest > 0; digit++, rest = Math.floor(rest / 2))
      if (rest % 2 === 1) set(bitmap(digit), asset.number);
  }
  return bits;
}

/** PostgreSQL's first bit is the highest of the first byte. */
const set = (bits: Uint8Array, number: number): void => {
  bits[(number % SEGMENT) >> 3]! |= 0x80 >> (number & 7);
};

const written = (bits: Uint8Array): string => `x${Buffer.from(bits).toString('hex')}`;
