import type { Fix } from '@mooring/contract';
import { ProviderError } from '@mooring/storage/server';
import { sql } from 'kysely';
import type { Db, Trx } from '../../catalogue/db.ts';
import { keptText } from '../../platform/redact.ts';
import { remedyOf } from '../../platform/storage-problem.ts';
import { wantSync } from '../want-sync.ts';
import { dropChanges } from './inbox.ts';

/** More of one source are not kept: a full sync settles them together. */
const MOST_POSTPONED = 1000;
/** The pause before the second look; it doubles with each further one. */
const FIRST_PAUSE_SECONDS = 5;
const LONGEST_PAUSE_SECONDS = 3600;
const MOST_PROBLEM_CHARS = 1000;

interface SourceKey {
  workspaceId: string;
  sourceId: string;
}

/** Changes whose turn has come: those that are new, and those that were postponed until now or earlier. */
export const isDue = (now: Date) => sql`(retry_at is null or retry_at <= ${now})`;

/**
 * Puts changes off whose object or directory cannot be read, and notes why, so that they hold back no other. Where
 * too many are put off, they are let go and a full sync takes their place.
 */
export async function postpone(
  trx: Trx,
  source: SourceKey,
  failures: ReadonlyMap<{ seq: number }, Error>,
  { now, most = MOST_POSTPONED }: { now: Date; most?: number | undefined },
): Promise<void> {
  if (failures.size === 0) return;
  const { workspaceId, sourceId } = source;
  const seqs = [...failures.keys()].map(({ seq }) => seq);
  const problems = [...failures.values()].map(describe);
  const remedies = [...failures.values()].map(error => {
    const remedy = remedyOf(error);
    return remedy && JSON.stringify(remedy);
  });
  await sql`
    update changes c set attempts = c.attempts + 1, problem = f.problem, remedy = f.remedy::jsonb, retry_at = ${now}::timestamptz
      + make_interval(secs => least(${LONGEST_PAUSE_SECONDS}, ${FIRST_PAUSE_SECONDS} * 2 ^ least(c.attempts, 20)))
    from unnest(${seqs}::int8[], ${problems}::text[], ${remedies}::text[]) as f (seq, problem, remedy)
    where c.workspace_id = ${workspaceId} and c.source_id = ${sourceId} and c.seq = f.seq`.execute(trx);
  const { rows } = await sql<{ count: number }>`
    select count(*)::int8 as count from changes
    where workspace_id = ${workspaceId} and source_id = ${sourceId} and retry_at is not null`.execute(trx);
  if (rows[0]!.count <= most) return;
  const reason = `Mooring could not read more than ${most.toLocaleString('en')} objects that events named.`;
  await wantSync(trx, { workspaceId, id: sourceId }, reason, now);
  await dropChanges(trx, source, sql`retry_at is not null`);
}

/** Forgets what was postponed before a full sync began that has ended: it listed what is there. */
export async function settlePostponed(
  trx: Trx,
  { workspaceId, sourceId }: SourceKey,
  startedAt: Date,
): Promise<void> {
  await sql`
    delete from changes where workspace_id = ${workspaceId} and source_id = ${sourceId}
      and retry_at is not null and received_at <= ${startedAt}`.execute(trx);
}

export interface Postponed {
  feed_id: string;
  key: string;
  kind: 'object' | 'directory';
  problem: string;
  remedy: Fix | null;
  attempts: number;
  received_at: Date;
  retry_at: Date;
}

/** The longest waiting of what is postponed, at most so many of each feed of the source. */
export async function listPostponed(
  db: Db,
  { workspaceId, sourceId }: SourceKey,
  mostEach: number,
): Promise<Postponed[]> {
  const { rows } = await sql<Postponed>`
    select c.* from feeds f cross join lateral (
      select feed_id, key, kind, problem, remedy, attempts, received_at, retry_at from changes c
      where c.workspace_id = f.workspace_id and c.source_id = f.source_id and c.feed_id = f.id
        and c.retry_at is not null
      order by seq limit ${mostEach}
    ) c where f.workspace_id = ${workspaceId} and f.source_id = ${sourceId}`.execute(db);
  return rows;
}

function describe(error: Error): string {
  const text = error instanceof ProviderError ? `${error.message} ${error.fix}` : error.message;
  return keptText(text).slice(0, MOST_PROBLEM_CHARS).toWellFormed();
}
