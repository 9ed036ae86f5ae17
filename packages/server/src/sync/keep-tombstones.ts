import { sql } from 'kysely';
import { z } from 'zod';
import type { Db, Trx } from '../catalogue/db.ts';
import { unsettleQuota } from '../catalogue/quota.ts';
import type { OperationRun } from '../operations/handler.ts';

const ROWS_AT_ONCE = 5000;
const progress = z.object({ buried: z.number(), total: z.number() });

/**
 * Makes every asset of a connection that was removed a tombstone. Its sources and folders stay, to hold them, but
 * nothing syncs them any more. Each piece is a transaction of its own; started again, it goes on with what is left.
 */
export async function keepTombstones(
  db: Db,
  run: OperationRun<'remove-connection'>,
  rowsAtOnce: number = ROWS_AT_ONCE,
): Promise<void> {
  const { workspaceId } = run;
  const sources = await db
    .selectFrom('sources')
    .select(['id', 'asset_count'])
    .where('workspace_id', '=', workspaceId)
    .where('connection_id', '=', run.subject.id)
    .execute();
  const present = sources.reduce((sum, source) => sum + source.asset_count, 0);
  let { buried, total } = progress.parse(run.checkpoint ?? { buried: 0, total: present });

  for (const { id } of sources) {
    let from = '';
    for (let rows = rowsAtOnce; rows === rowsAtOnce; ) {
      run.signal.throwIfAborted();
      const piece = await db.transaction().execute(async trx => {
        const { count, next } = await bury(trx, workspaceId, id, { from, limit: rowsAtOnce });
        await run.save(trx, { done: buried + count, total, checkpoint: { buried: buried + count, total } });
        return { count, next };
      });
      rows = piece.count;
      from = piece.next ?? from;
      buried += rows;
    }
  }
  total = buried;
  await db.transaction().execute(async trx => {
    await run.save(trx, { done: buried, total, checkpoint: { buried, total } });
    await unsettleQuota(trx, workspaceId);
  });
}

/**
 * Some of the present assets of a source, in the order of keys; where to go on, so that what was buried is not read
 * again. With the last of them, its folders hold none and its digests say nothing.
 */
async function bury(
  trx: Trx,
  workspaceId: string,
  sourceId: string,
  { from, limit }: { from: string; limit: number },
): Promise<{ count: number; next: string | null }> {
  const source = sql`workspace_id = ${workspaceId} and source_id = ${sourceId}`;
  // A sync that was in the middle of a page ends first; every later one finds that the connection was removed.
  await sql`select from sources where workspace_id = ${workspaceId} and id = ${sourceId} for update`.execute(
    trx,
  );
  const { rows } = await sql<{ count: number; next: string | null }>`
    with buried as (
      update assets set gone_at = now(), gone_reason = 'removed', updated_at = now() where ctid = any(array(
        select ctid from assets where ${source} and gone_at is null and left(key, 512) >= ${from}
        order by left(key, 512) limit ${limit}
      )) returning left(key, 512) as place
    ) select count(*) as count, max(place) as next from buried`.execute(trx);
  const { count, next } = rows[0]!;
  await sql`update sources set asset_count = asset_count - ${count}, gone_count = gone_count + ${count}
    where workspace_id = ${workspaceId} and id = ${sourceId}`.execute(trx);
  if (count === limit) return { count, next };
  await sql`delete from folder_counters where workspace_id = ${workspaceId} and folder_id in (
    select id from folders where ${source})`.execute(trx);
  await sql`delete from asset_chunks where ${source}`.execute(trx);
  return { count, next };
}
