import { sql } from 'kysely';
import type { Trx } from './db.ts';

/**
 * How many of so many new assets the workspace may still have; the others are kept and marked. Room that older
 * marked assets are to have first is left to them, see `settleQuota`; so nothing marked has to be counted. Where
 * there is a limit, whoever asks next waits until this transaction ends.
 */
export async function countWithinQuota(trx: Trx, workspaceId: string, added: number): Promise<number> {
  if (added === 0) return 0;
  const most = await limitOf(trx, workspaceId);
  return most === null ? added : Math.max(0, most - (await countPresent(trx, workspaceId)));
}

/**
 * Marks and unmarks assets, the newest first, so that as many as the workspace may have are not marked; `limit` at
 * most. Whether that was all.
 */
export async function settleQuota(trx: Trx, workspaceId: string, limit: number): Promise<boolean> {
  const most = await limitOf(trx, workspaceId);
  const present = await countPresent(trx, workspaceId);
  const over = await countOver(trx, workspaceId);
  const wanted = most === null ? 0 : Math.max(0, present - most);
  const change = Math.min(limit, Math.abs(wanted - over));
  if (change === 0) return true;
  const [mark, order] = wanted > over ? [true, sql`desc`] : [false, sql`asc`];
  await sql`
    update assets set over_quota = ${mark} where workspace_id = ${workspaceId} and id = any(array(
      select a.id from assets a
      where a.workspace_id = ${workspaceId} and a.over_quota = ${!mark} and a.gone_at is null
      order by a.id ${order} limit ${change}
    ))`.execute(trx);
  return change < limit;
}

async function limitOf(trx: Trx, workspaceId: string): Promise<number | null> {
  const { rows } = await sql<{ max_assets: number | null }>`
    select max_assets from workspaces where id = ${workspaceId}`.execute(trx);
  const most = rows[0]?.max_assets ?? null;
  if (most !== null)
    await sql`select from workspaces where id = ${workspaceId} for no key update`.execute(trx);
  return most;
}

async function countPresent(trx: Trx, workspaceId: string): Promise<number> {
  const { rows } = await sql<{ present: number }>`
    select coalesce(sum(asset_count), 0)::int8 as present from sources where workspace_id = ${workspaceId}`.execute(
    trx,
  );
  return rows[0]!.present;
}

async function countOver(trx: Trx, workspaceId: string): Promise<number> {
  const { rows } = await sql<{ over: number }>`
    select count(*) as over from assets
    where workspace_id = ${workspaceId} and over_quota and gone_at is null`.execute(trx);
  return rows[0]!.over;
}
