import type { AssetFacet } from '@mooring/contract';
import { type RawBuilder, sql } from 'kysely';

/** `assets a` was probed as it is now, so what the probe wrote holds. */
export const isProbed = sql<boolean>`a.probed_etag = a.etag`;

/** What `assets a` is by content, else by type and name. */
export const trueKind = sql<string>`coalesce(case when ${isProbed} then a.media_kind end, a.kind)`;

export const trueMediaType = sql<string | null>`
  coalesce(case when ${isProbed} then a.media_type end, a.content_type)`;

/** No filter asks for longer values, so they are no choices. Storages and probes of others make up such texts. */
const MOST_CHARS = 200;
const choice = (value: RawBuilder<unknown>) =>
  sql`case when length(${value}) <= ${sql.lit(MOST_CHARS)} then ${value} end`;

/** What an asset counts as; an array where it can be several. */
export const FACET_VALUES: Record<AssetFacet, RawBuilder<unknown>> = {
  kind: trueKind,
  mediaType: choice(trueMediaType),
  codec: choice(sql`case when ${isProbed} then a.codec end`),
  tier: choice(sql`a.tier`),
  archiveState: sql`a.archive_state`,
  warning: sql`case when ${isProbed} then
    (select array_agg(distinct w ->> 'code') from jsonb_array_elements(a.media_warnings) as w) end`,
  profileResult: sql`case when a.failed_rules is null then 'passing' else 'failing' end`,
  failedRule: sql`a.failed_rules`,
  tag: sql`a.tags`,
};
