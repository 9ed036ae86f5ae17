import { sql } from 'kysely';
import { MooringError } from '../platform/problem.ts';
import type { Db, Trx } from './db.ts';
import { judgeAssets } from './judge.ts';
import { lockSource } from './source-lock.ts';

const ASSETS_AT_ONCE = 2000;

/**
 * Judges the assets of sources whose profile has changed, from what is stored of them. Each batch goes on from where
 * the one before came to, so a process can die at any time.
 * @param assetsAtOnce in one transaction, which holds the source's lock
 */
export async function judgeSources(
  db: Db,
  signal: AbortSignal,
  assetsAtOnce: number = ASSETS_AT_ONCE,
): Promise<void> {
  const { rows } = await sql<{ workspace_id: string; id: string }>`
    select workspace_id, id from sources where judge_after is not null and removed_at is null
    order by workspace_id, id limit 1000`.execute(db);
  for (const { workspace_id, id } of rows) {
    for (let goesOn = true; goesOn; ) {
      signal.throwIfAborted();
      goesOn = await db
        .transaction()
        .execute(trx => judgeBatch(trx, workspace_id, id, assetsAtOnce))
        .catch(whereRemoved);
    }
  }
}

/** @returns whether more is to be judged */
async function judgeBatch(trx: Trx, workspaceId: string, sourceId: string, limit: number): Promise<boolean> {
  const source = await lockSource(trx, workspaceId, sourceId);
  const { rows: sources } = await sql<{ judge_after: string | null }>`
    select judge_after from sources where workspace_id = ${workspaceId} and id = ${sourceId}`.execute(trx);
  const after = sources[0]?.judge_after ?? null;
  if (after === null) return false;
  const { rows: assets } = await sql<{ id: string; key: string }>`
    select * from (
      select a.id, a.key from assets a
      where a.workspace_id = ${workspaceId} and a.source_id = ${sourceId}
        and left(a.key, 512) >= left(${after}, 512) and a.key > ${after}
      order by left(a.key, 512) fetch first (${limit}) rows with ties
    ) a order by a.key limit ${limit}`.execute(trx);
  await judgeAssets(
    trx,
    source,
    assets.map(({ id }) => id),
  );
  const next = assets.length < limit ? null : assets.at(-1)!.key;
  await sql`
    update sources set judge_after = ${next} where workspace_id = ${workspaceId} and id = ${sourceId}`.execute(
    trx,
  );
  return next !== null;
}

/** The assets of a source or connection that was removed meanwhile need no judgement. */
function whereRemoved(error: unknown): boolean {
  if (error instanceof MooringError && error.code === 'not_found') return false;
  throw error;
}
