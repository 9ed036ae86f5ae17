import type { Change } from '@mooring/storage/server';
import { type RawBuilder, sql } from 'kysely';
import type { Db, Trx } from '../../catalogue/db.ts';
import { isStorable, isStorableKey } from '../../catalogue/storable.ts';
import { wantSync } from '../want-sync.ts';

/** Notified each time changes have come in. */
export const CHANGES_CHANNEL = 'mooring_changes';

/** More changes of one source are not kept, such as while its connection is broken: a full sync finds them sooner. */
const MOST_WAITING = 100_000;

/** A source that is followed, and by what. */
export interface FollowedSource {
  workspaceId: string;
  sourceId: string;
  feedId: string;
  /** Its storage kind. */
  provider: string;
  container: string;
  prefix: string;
}

/**
 * Puts changes into the inbox, and counts them. What lies outside the source is let go: a subscription may tell of
 * the whole account. Once the transaction is committed, they are not lost any more; where too many wait, a full sync
 * takes their place.
 * @param options.mostWaiting for tests: fewer
 * @returns how many were kept
 */
export async function receiveChanges(
  trx: Trx,
  source: FollowedSource,
  changes: readonly Change[],
  { count, now, mostWaiting = MOST_WAITING }: { count: number; now: Date; mostWaiting?: number | undefined },
): Promise<number> {
  const kept = changes.filter(change => isInside(change, source) && canKeep(change));
  if (kept.length > 0 && (await areWaiting(trx, source, mostWaiting))) await dropAll(trx, source, now);
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

/** Whether so many changes of a source wait. They are counted only where their numbers lie so far apart. */
async function areWaiting(
  trx: Trx,
  { workspaceId, sourceId }: FollowedSource,
  count: number,
): Promise<boolean> {
  const changes = sql`from changes where workspace_id = ${workspaceId} and source_id = ${sourceId}`;
  const { rows } = await sql`
    select where (select max(seq) - min(seq) + 1 ${changes}) >= ${count}::int8
      and (select count(*) from (select ${changes} limit ${count}) c) >= ${count}::int8`.execute(trx);
  return rows.length > 0;
}

async function dropAll(trx: Trx, source: FollowedSource, now: Date): Promise<void> {
  const reason = 'Too many events waited, so Mooring dropped them.';
  // This also makes others who drop them wait.
  await wantSync(trx, { workspaceId: source.workspaceId, id: source.sourceId }, reason, now);
  await dropChanges(trx, source, sql`true`);
}

/** Takes changes out of the inbox and counts them as let go. */
export async function dropChanges(
  trx: Trx,
  { workspaceId, sourceId }: Pick<FollowedSource, 'workspaceId' | 'sourceId'>,
  which: RawBuilder<unknown>,
): Promise<void> {
  await sql`
    with dropped as (
      delete from changes where workspace_id = ${workspaceId} and source_id = ${sourceId} and ${which}
      returning feed_id
    ) update feeds f set dropped_count = dropped_count + d.count
    from (select feed_id, count(*) as count from dropped group by feed_id) d
    where f.workspace_id = ${workspaceId} and f.id = d.feed_id`.execute(trx);
}

/** Whether the database can hold all that a change says: one that it cannot would hold up those it came with. */
const canKeep = ({ key, sequencer, object }: Change): boolean =>
  isStorableKey(key) && [sequencer ?? '', ...Object.values(object ?? {}).map(String)].every(isStorable);

/** Whether a change touches a source; a directory also does where the source lies inside it. */
function isInside({ container, key, kind }: Change, source: FollowedSource): boolean {
  if (container !== source.container) return false;
  return key.startsWith(source.prefix) || (kind === 'directory' && source.prefix.startsWith(`${key}/`));
}

/** Services try for a day or two to deliver; after that nothing comes late any more. */
const REMEMBERED_MS = 3 * 86_400_000;

/** Forgets which events of long ago were dealt with. */
export async function pruneChangeMarks(db: Db, now: Date): Promise<void> {
  const before = new Date(now.getTime() - REMEMBERED_MS);
  await db.deleteFrom('change_marks').where('applied_at', '<', before).execute();
}
