import { sql } from 'kysely';
import type { Db, Trx } from '../../catalogue/db.ts';
import { isStorable } from '../../catalogue/storable.ts';
import type { Change } from './parse-events.ts';

/** Told whenever changes have come in. */
export const CHANGES_CHANNEL = 'mooring_changes';

/** A source that is followed, and by what. */
export interface FollowedSource {
  workspaceId: string;
  sourceId: string;
  feedId: string;
  container: string;
  prefix: string;
}

/**
 * Puts changes into the inbox, and counts them. What lies outside the source is let go: a subscription may tell of
 * the whole account. Once the transaction is committed, they are not lost any more.
 * @returns how many were kept
 */
export async function receiveChanges(
  trx: Trx,
  source: FollowedSource,
  changes: readonly Change[],
  { count, now }: { count: number; now: Date },
): Promise<number> {
  const kept = changes.filter(change => isInside(change, source) && isStorable(change.key));
  await sql`
    update feeds set received_count = received_count + ${count}, last_event_at = ${now}
    where workspace_id = ${source.workspaceId} and id = ${source.feedId}`.execute(trx);
  if (kept.length === 0) return 0;
  await sql`
    insert into changes (workspace_id, source_id, feed_id, received_at, key, kind, sequencer, object)
    select ${source.workspaceId}, ${source.sourceId}, ${source.feedId}, ${now}, c.*
    from unnest(${kept.map(change => change.key)}::text[], ${kept.map(change => change.kind)}::text[],
      ${kept.map(change => change.sequencer)}::text[],
      ${kept.map(change => change.object && JSON.stringify(change.object))}::jsonb[]) as c`.execute(trx);
  await sql`select pg_notify(${CHANGES_CHANNEL}, '')`.execute(trx);
  return kept.length;
}

/** Whether a change touches a source; a directory also does where the source lies inside it. */
function isInside({ container, key, kind }: Change, source: FollowedSource): boolean {
  if (container !== source.container) return false;
  return key.startsWith(source.prefix) || (kind === 'directory' && source.prefix.startsWith(`${key}/`));
}

/** Event Grid tries for a day to deliver; after that nothing comes late any more. */
const REMEMBERED_MS = 3 * 86_400_000;

/** Forgets which events of long ago were dealt with. */
export async function pruneChangeMarks(db: Db, now: Date): Promise<void> {
  const before = new Date(now.getTime() - REMEMBERED_MS);
  await db.deleteFrom('change_marks').where('applied_at', '<', before).execute();
}
