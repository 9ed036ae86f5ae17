import { SPLITS, type SplitRule } from '@mooring/contract';
import { type RawBuilder, sql } from 'kysely';
import { isProbed, trueKind, trueMediaType } from '../catalogue/facts-sql.ts';

/** What is known of `assets a`, as a version keeps it. What is not known is left out. */
export const memberFacts = sql<object>`
  jsonb_strip_nulls(jsonb_build_object(
    'kind', ${trueKind}, 'mediaType', ${trueMediaType}, 'title', a.title, 'tags', to_jsonb(a.tags),
    'width', case when ${isProbed} then a.width end, 'height', case when ${isProbed} then a.height end,
    'durationSeconds', case when ${isProbed} then a.duration_seconds end,
    'frames', case when ${isProbed} then a.frames end, 'codec', case when ${isProbed} then a.codec end
  )) || case when a.client_metadata is null then '{}'
    else jsonb_build_object('clientMetadata', a.client_metadata) end`;

/** The first 32 bits of an MD5 have so many values. */
const VALUES = 2 ** 32;

/**
 * The split of `assets a`; null: none. The first eight hexadecimal digits of the MD5 of `seed:text` say where a text
 * stands between 0 and 2^32. The shares divide this range in the order of `SPLITS`. So the split of an asset does not
 * depend on other assets, and any program can work it out.
 */
export function splitOf(rule: SplitRule | null): RawBuilder<string | null> {
  if (!rule) return sql`null::text`;
  const shares = SPLITS.map(name => rule.shares[name]);
  const all = shares.reduce((sum, share) => sum + share, 0);
  const [train, validation] = shares as [number, number, number];
  const ends = [train, train + validation].map(share => Math.round((share / all) * VALUES));
  const text = decidingText(rule.by);
  const place = sql`('x' || left(md5(${`${rule.seed}:`}::text || ${text}), 8))::bit(32)::int8`;
  return sql`case when ${text} is null then null when ${place} < ${ends[0]}::int8 then 'train'
    when ${place} < ${ends[1]}::int8 then 'validation' else 'test' end`;
}

function decidingText(by: SplitRule['by']): RawBuilder<string | null> {
  if (by.kind === 'key') return sql`a.key`;
  if (by.kind === 'folder') return sql`regexp_replace(a.key, '[^/]*$', '')`;
  return sql`coalesce(a.client_metadata ->> ${by.key}::text, a.client_metadata #>> string_to_array(${by.key}::text, '.'))`;
}
