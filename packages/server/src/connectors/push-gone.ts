import type { AssetFilter } from '@mooring/contract';
import { sql } from 'kysely';
import type { Trx } from '../catalogue/db.ts';
import { judgeAssets } from '../catalogue/matches-filter.ts';
import { eachOf, type Push } from './push.ts';

const AT_ONCE = 1000;

interface Task {
  asset_id: string;
  task_id: number;
  is_gone: boolean;
}

/** What has become of some tasks. */
export interface Gone {
  /** The last asset that was looked at; null: all were. */
  after: string | null;
  marked: number[];
  removed: number[];
}

/** Looks at tasks with assets behind `after`: those whose assets are not selected any more are marked or removed. */
export async function pushGone(
  push: Push,
  filter: AssetFilter,
  { after, removes }: { after: string; removes: boolean },
): Promise<Gone> {
  const { db, workspaceId, connectorId } = push;
  const { rows } = await sql<Task>`
    select asset_id, task_id, is_gone from connector_tasks
    where workspace_id = ${workspaceId} and connector_id = ${connectorId} and asset_id > ${after}
    order by asset_id limit ${AT_ONCE}`.execute(db);
  const selected = await judgeAssets(
    db,
    workspaceId,
    filter,
    rows.map(({ asset_id }) => asset_id),
  );
  const gone = rows.filter(({ asset_id }) => selected.get(asset_id) !== true);
  const kept = removes ? new Set(await push.tasks.removeUntouched(gone.map(({ task_id }) => task_id))) : null;
  const staying = gone.filter(({ task_id, is_gone }) => !is_gone && (kept === null || kept.has(task_id)));
  const marks = await eachOf(staying, async ({ task_id: id }) => ({
    id,
    isThere: await push.tasks.mark(id),
  }));
  const missing = marks.filter(({ isThere }) => !isThere);
  const removed = kept ? gone.filter(({ task_id }) => !kept.has(task_id)).map(({ task_id }) => task_id) : [];
  return {
    after: rows.length < AT_ONCE ? null : rows.at(-1)!.asset_id,
    marked: marks.filter(({ isThere }) => isThere).map(({ id }) => id),
    removed: [...removed, ...missing.map(({ id }) => id)],
  };
}

export async function writeGone(trx: Trx, push: Push, { marked, removed }: Gone): Promise<void> {
  const mine = sql`workspace_id = ${push.workspaceId} and connector_id = ${push.connectorId}`;
  await sql`update connector_tasks set is_gone = true where ${mine} and task_id = any(${marked}::int8[])`.execute(
    trx,
  );
  await sql`delete from connector_tasks where ${mine} and task_id = any(${removed}::int8[])`.execute(trx);
}
