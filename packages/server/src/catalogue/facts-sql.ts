import { sql } from 'kysely';

/** `assets a` was probed as it is now, so what the probe wrote holds. */
export const isProbed = sql<boolean>`a.probed_etag = a.etag`;

/** What `assets a` is by content, else by type and name. */
export const trueKind = sql<string>`coalesce(case when ${isProbed} then a.media_kind end, a.kind)`;

export const trueMediaType = sql<string | null>`
  coalesce(case when ${isProbed} then a.media_type end, a.content_type)`;
