import { type QueryResult, type RawBuilder, sql } from 'kysely';
import type { Db, Trx } from './db.ts';

/**
 * How many of so many new assets the workspace may still have; the others are kept and marked. Room that older
 * marked assets are to have first is left to them, see `settleQuotas`; so nothing marked has to be counted. Where
 * there is a limit, the next one that asks waits until this transaction ends.
 */
export async function countWithinQuota(trx: Trx, workspaceId: string, added: number): Promise<number> {
  if (added === 0) return 0;
  const { rows } = await sql`
    select from workspaces where id = ${workspaceId} and max_assets is not null`.execute(trx);
  const most = rows.length === 0 ? null : await lockLimit(trx, workspaceId);
  return most === null ? added : Math.max(0, most - (await countPresent(trx, workspaceId)));
}

/** Notes that assets have gone or come back, so that others may have to be marked or unmarked. */
export const unsettleQuota = (trx: Trx, workspaceId: string) =>
  // Also where it is noted already: one that settles it right now may have counted before.
  sql`update workspaces set quota_settled = false where id = ${workspaceId} and max_assets is not null`.execute(
    trx,
  );

const ROWS_AT_ONCE = 5000;

/**
 * Marks and unmarks assets, the newest first, so that as many as each workspace may have are not marked. What is being
 * written meanwhile is left to the next time.
 * @param rowsAtOnce in one transaction
 */
export async function settleQuotas(
  db: Db,
  signal: AbortSignal,
  rowsAtOnce: number = ROWS_AT_ONCE,
): Promise<void> {
  const { rows } = await sql<{
    id: string;
  }>`select id from workspaces where not quota_settled order by id`.execute(db);
  for (const { id } of rows) {
    for (let moved = true; moved; ) {
      signal.throwIfAborted();
      const change = await db.transaction().execute(trx => countChange(trx, id));
      moved = change !== null && (await carryOut(db, id, change, rowsAtOnce, signal));
    }
  }
}

/** So many present assets to mark, or to unmark. */
interface MarkChange {
  mark: boolean;
  count: number;
  /** The limit that they follow from. */
  most: number | null;
}

/** Null where there is nothing to do, which is noted. */
async function countChange(trx: Trx, workspaceId: string): Promise<MarkChange | null> {
  const most = await lockLimit(trx, workspaceId);
  const present = await countPresent(trx, workspaceId);
  const over = await countOver(trx, workspaceId);
  const wanted = most === null ? 0 : Math.max(0, present - most);
  if (wanted !== over) return { mark: wanted > over, count: Math.abs(wanted - over), most };
  await sql`update workspaces set quota_settled = true where id = ${workspaceId}`.execute(trx);
  return null;
}

/** Goes on from the asset it came to, so that none is read twice. Returns whether it changed any. */
async function carryOut(
  db: Db,
  workspaceId: string,
  { mark, count, most }: MarkChange,
  rowsAtOnce: number,
  signal: AbortSignal,
): Promise<boolean> {
  let left = count;
  let from: string | null = null;
  while (left > 0) {
    signal.throwIfAborted();
    const past: RawBuilder<unknown> =
      from === null ? sql`` : mark ? sql`and id < ${from}` : sql`and id > ${from}`;
    const order = mark ? sql`desc` : sql`asc`;
    const { rows }: QueryResult<{ id: string }> = await sql<{ id: string }>`
      with changed as (
        update assets set over_quota = ${mark} where workspace_id = ${workspaceId} and id = any(array(
          select id from assets
          where workspace_id = ${workspaceId} and over_quota = ${!mark} and gone_at is null ${past}
            and exists (select from workspaces where id = ${workspaceId} and max_assets is not distinct from ${most}::int8)
          order by id ${order} limit ${Math.min(left, rowsAtOnce)} for no key update skip locked
        )) returning id
      ) select id from changed order by id ${order}`.execute(db);
    from = rows.at(-1)?.id ?? from;
    if (rows.length === 0) break;
    left -= rows.length;
  }
  return left < count;
}

/** The limit. It stays as it is, and others who ask wait, until the transaction ends. */
async function lockLimit(trx: Trx, workspaceId: string): Promise<number | null> {
  const { rows } = await sql<{ max_assets: number | null }>`
    select max_assets from workspaces where id = ${workspaceId} for no key update`.execute(trx);
  return rows[0]?.max_assets ?? null;
}

/** Present assets of a workspace. */
export async function countPresent(db: Db | Trx, workspaceId: string): Promise<number> {
  const { rows } = await sql<{ present: number }>`
    select coalesce(sum(asset_count), 0)::int8 as present from sources where workspace_id = ${workspaceId}`.execute(
    db,
  );
  return rows[0]!.present;
}

async function countOver(trx: Trx, workspaceId: string): Promise<number> {
  const { rows } = await sql<{ over: number }>`
    select count(*) as over from assets
    where workspace_id = ${workspaceId} and over_quota and gone_at is null`.execute(trx);
  return rows[0]!.over;
}
