import type { AssetFacet, AssetFilter } from '@mooring/contract';
import { type RawBuilder, sql } from 'kysely';
import { SEGMENT } from './asset-segments.ts';
import { MOST_NUMBER, type NumberName } from './build-bitmaps.ts';
import { gramsOfWords } from './key-grams.ts';
import { wordsIn } from './key-words.ts';
import { gramsOfFilter } from './metadata-filter.ts';

/** An expression: which assets of `asset_segments s` match. */
export type Bits = RawBuilder<string>;

const NONE: Bits = sql`0::bit(${sql.lit(SEGMENT)})::varbit`;

/** What bitmaps say of a filter. */
export interface FilterBits {
  facets: Partial<Record<AssetFacet, Bits>>;
  /** All but the facets. */
  others: Bits;
  /** False: a few of these assets do not match. */
  isExact: boolean;
}

/** A moment of a filter, to the millisecond, as bitmaps know moments. */
export const momentOf = (text: string | undefined): Date | undefined =>
  text === undefined ? undefined : new Date(text);

/** A duration of a filter as bitmaps know durations. */
export const microsecondsOf = (seconds: number | undefined): number | undefined =>
  seconds === undefined ? undefined : Math.min(Math.round(seconds * 1e6), MOST_NUMBER - 1);

/** What bitmaps say of a filter; null where they say too little. */
export function bitsOf(filter: AssetFilter): FilterBits | null {
  if ((filter.folderId && !filter.recursive) || filter.datasetId || filter.annotated) return null;
  const words = wordsIn(filter.name ?? '');
  const grams = gramsOfWords(words);
  if (words.length > 0 && grams.length === 0) return null;
  const { metadata } = filter;
  const { kind, mediaType, codec, tier, archiveState, warning, profileResult, failedRule, tag, status } =
    filter;
  const chosen = { kind, mediaType, codec, tier, archiveState, warning, profileResult, failedRule, tag };
  const facets = Object.fromEntries(
    Object.entries(chosen).flatMap(([name, value]) => (value ? [[name, having(name, value)]] : [])),
  );
  const modifiedBefore = momentOf(filter.modifiedBefore)?.getTime();
  const others: Bits[] = [
    status === 'any'
      ? sql`(${having('status', 'present')} | ${having('status', 'gone')})`
      : having('status', status),
    ...between('size', filter.minSizeBytes, filter.maxSizeBytes),
    ...between(
      'modified',
      momentOf(filter.modifiedFrom)?.getTime(),
      modifiedBefore === undefined ? undefined : modifiedBefore - 1,
    ),
    ...between('width', filter.minWidth, filter.maxWidth),
    ...between('height', filter.minHeight, filter.maxHeight),
    ...between(
      'duration',
      microsecondsOf(filter.minDurationSeconds),
      microsecondsOf(filter.maxDurationSeconds),
    ),
    ...between('frames', filter.minFrames, filter.maxFrames),
    ...grams.map(gram => having('gram', String(gram))),
    ...(metadata ? [anyOf(gramsOfFilter(metadata).map(gram => having('metadata', String(gram))))] : []),
  ];
  return { facets, others: allOf(others), isExact: words.length === 0 && !metadata };
}

export const allOf = (bits: readonly Bits[]): Bits => sql`(${sql.join(bits, sql` & `)})`;

const anyOf = (bits: readonly Bits[]): Bits => sql`(${sql.join(bits, sql` | `)})`;

/** Which `asset_bitmaps b` those of the segment are. */
const ofName = (
  name: string,
  value: string,
) => sql`b.workspace_id = s.workspace_id and b.source_id = s.source_id
  and b.segment = s.segment and b.name = ${name} and b.value = ${value}`;

const stored = (bits: RawBuilder<unknown>, name: string, value: string): Bits =>
  sql`coalesce((select ${bits} from asset_bitmaps b where ${ofName(name, value)}), ${NONE})`;

const having = (name: string, value: string): Bits => stored(sql`b.bits[1]`, name, value);

/** Where the number is known and no smaller. */
export const from = (name: NumberName, least: number | RawBuilder<number>): Bits =>
  stored(
    sql`asset_bits_from(b.bits, ${typeof least === 'number' ? Math.max(0, least) : least}::int8)`,
    name,
    '',
  );

/** The nth largest (or smallest) number of those assets. */
export const nth = (
  name: NumberName,
  among: Bits,
  at: RawBuilder<number>,
  largest: boolean,
): RawBuilder<number> =>
  sql`(select asset_bits_nth(b.bits, ${among}, ${at}, ${largest}) from asset_bitmaps b where ${ofName(name, '')})`;

/** Where the number is known. */
export const knowing = (name: NumberName): Bits => from(name, 0);

function between(name: NumberName, least?: number, most?: number): Bits[] {
  if (least === undefined && most === undefined) return [];
  if (most === undefined) return [from(name, least!)];
  return [sql`(${from(name, least ?? 0)} & ~${from(name, most + 1)})`];
}
