import { sql } from 'kysely';
import { z } from 'zod';
import type { Db, Trx } from '../catalogue/db.ts';
import type { OperationRun } from '../operations/handler.ts';

const ROWS_AT_ONCE = 5000;
const progress = z.object({ buried: z.number(), total: z.number() });

/**
 * Makes every asset of a connection that was removed a tombstone. Its sources and folders stay, to hold them, but
 * nothing syncs them any more. Each piece is a transaction of its own; started again, it goes on with what is left.
 */
export async function keepTombstones(db: Db, run: OperationRun): Promise<void> {
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
    for (let rows = ROWS_AT_ONCE; rows === ROWS_AT_ONCE; ) {
      run.signal.throwIfAborted();
      rows = await db.transaction().execute(async trx => {
        const count = await bury(trx, workspaceId, id);
        await run.save(trx, { done: buried + count, total, checkpoint: { buried: buried + count, total } });
        return count;
      });
      buried += rows;
    }
  }
  total = buried;
  await db
    .transaction()
    .execute(trx => run.save(trx, { done: buried, total, checkpoint: { buried, total } }));
}

/** Some of the present assets of a source. With the last of them, its folders hold none and its digests say nothing. */
async function bury(trx: Trx, workspaceId: string, sourceId: string): Promise<number> {
  const source = sql`workspace_id = ${workspaceId} and source_id = ${sourceId}`;
  // A sync that was in the middle of a page ends first; every later one finds that the connection was removed.
  await sql`select from sources where workspace_id = ${workspaceId} and id = ${sourceId} for update`.execute(
    trx,
  );
  const { numAffectedRows } = await sql`
    update assets set gone_at = now(), gone_reason = 'removed', updated_at = now() where ctid = any(array(
      select ctid from assets where ${source} and gone_at is null limit ${ROWS_AT_ONCE}
    ))`.execute(trx);
  const count = Number(numAffectedRows);
  await sql`update sources set asset_count = asset_count - ${count}, gone_count = gone_count + ${count}
    where workspace_id = ${workspaceId} and id = ${sourceId}`.execute(trx);
  if (count === ROWS_AT_ONCE) return count;
  await sql`delete from folder_counters where workspace_id = ${workspaceId} and folder_id in (
    select id from folders where ${source})`.execute(trx);
  await sql`delete from asset_chunks where ${source}`.execute(trx);
  return count;
}
