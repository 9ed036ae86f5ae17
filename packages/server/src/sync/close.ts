import type { Clock } from '@mooring/storage/server';
import { sql } from 'kysely';
import { writeAssets } from '../catalogue/asset-writes.ts';
import type { Db, Trx } from '../catalogue/db.ts';
import { unsettleQuota } from '../catalogue/quota.ts';
import { type LockedSource, lockSource } from '../catalogue/source-lock.ts';
import { readIds } from '../catalogue/stored-assets.ts';
import type { OperationRun } from '../operations/handler.ts';
import { MooringError } from '../platform/problem.ts';
import { settlePostponed } from './changes/postponed.ts';
import { countMissing, deleteMarks, readMissing, takeMissing } from './marks.ts';
import { isBuriable } from './merge.ts';
import { deleteRanges, readSamples, type SyncKey, sumRanges } from './ranges.ts';
import { joinSamples } from './samples.ts';
import type { ListedCounts, SyncState } from './state.ts';
import { tellSynced } from './tell.ts';
import { fulfilSync } from './want-sync.ts';

/** Fewer removals are never held up, but where nothing at all would be left. */
const FEWEST_TO_GUARD = 100;
const FEWEST_OF_ALL = 10;
const SAMPLES = 20;

export interface ClosingOptions {
  db: Db;
  clock: Clock;
  run: OperationRun;
  key: SyncKey;
  sourceId: string;
  dryRun: boolean;
  confirmRemovals: boolean;
  rowsAtOnce: number;
}

/**
 * Once everything has been listed: makes tombstones of what was not, unless they would be too many; and notes when the
 * source was last in line.
 *
 * @throws MooringError `sync_guard`
 */
export async function closeSync(state: SyncState, options: ClosingOptions): Promise<void> {
  const { db, clock, run, key, sourceId, dryRun, confirmRemovals, rowsAtOnce } = options;
  const transact = <T>(work: (trx: Trx, locked: LockedSource) => Promise<T>): Promise<T> => {
    run.signal.throwIfAborted();
    return db.transaction().execute(async trx => work(trx, await lockSource(trx, key.workspaceId, sourceId)));
  };
  let now = state;
  /** Some of what this worker has buried, for those who are told. */
  const buried: string[] = [];
  const listed = state.listed ?? (await sumRanges(db, key)).counts;

  async function save(trx: Trx, next: SyncState): Promise<SyncState> {
    const { removed } = next;
    await run.save(trx, { done: listed.listed, counts: { ...listed, removed }, checkpoint: next });
    return next;
  }

  if (now.phase === 'listing') {
    now = await transact(async (trx, locked) => {
      const missing = await countMissing(trx, key);
      if (dryRun) {
        const samples = joinSamples(await readSamples(trx, key));
        samples.removed = (await readMissing(trx, key, SAMPLES)).map(name => ({ key: name }));
        await run.save(trx, { report: { dryRun: true, samples } });
      } else if (!confirmRemovals) await guard(trx, locked, missing, listed);
      return save(trx, { ...now, phase: 'closing', removed: dryRun ? missing : 0, listed });
    });
  }

  let from = '';
  for (let more = !dryRun; more; ) {
    now = await transact(async (trx, locked) => {
      const { ids, next: place } = await takeMissing(trx, key, { from, limit: rowsAtOnce });
      const assets = await readIds(trx, locked, ids);
      const gone = assets.filter(asset => isBuriable(asset, now.startedAt));
      const next = await save(trx, { ...now, removed: now.removed + gone.length });
      await writeAssets(trx, locked, { added: [], updated: [], gone }, clock.now());
      buried.push(...gone.slice(0, SAMPLES - buried.length).map(({ id }) => id));
      more = ids.length === rowsAtOnce;
      from = place;
      return next;
    });
  }

  let marksFrom: string | null = null;
  for (let complete = false; !complete; ) {
    now = await transact(async (trx, locked) => {
      const { rows, next } = await deleteMarks(trx, locked, rowsAtOnce, marksFrom);
      marksFrom = next;
      complete = rows < rowsAtOnce;
      return save(trx, now);
    });
  }
  for (let complete = false; !complete; ) {
    now = await transact(async (trx, locked) => {
      complete = (await deleteRanges(trx, locked, rowsAtOnce)) < rowsAtOnce;
      if (!complete) return save(trx, now);
      if (!dryRun) {
        await noteSynced(trx, locked, { ...now, operationId: run.operationId }, clock.now());
        await unsettleQuota(trx, key.workspaceId);
        await tellSynced(trx, locked, { ...now, operationId: run.operationId, listed, buried });
      }
      await run.save(trx, { total: listed.listed });
      return save(trx, { ...now, phase: 'done' });
    });
  }
}

/** @throws MooringError `sync_guard` where more than the source's share of what there was would be removed. */
async function guard(trx: Trx, source: LockedSource, missing: number, listed: ListedCounts): Promise<void> {
  const { rows } = await sql<{ asset_count: number; max_removed_share: number }>`
    select asset_count, max_removed_share from sources
    where workspace_id = ${source.workspaceId} and id = ${source.id}`.execute(trx);
  const { asset_count: present, max_removed_share: share } = rows[0]!;
  const before = present - listed.added - listed.restored;
  const fewest = missing < before ? FEWEST_TO_GUARD : FEWEST_OF_ALL;
  if (missing < fewest || missing <= share * before) return;
  throw new MooringError(
    'sync_guard',
    `${missing.toLocaleString('en')} of ${before.toLocaleString('en')} assets were not found in the storage any more. At most ${Math.round(share * 100)} % of this source may be removed by one sync, so nothing was removed.`,
    {
      fix: 'Look whether the container, the prefix and the filters are right. If the objects are meant to be gone, sync again and confirm the removals.',
    },
  );
}

async function noteSynced(
  trx: Trx,
  source: LockedSource,
  { operationId, startedAt }: { operationId: string; startedAt: Date },
  now: Date,
): Promise<void> {
  await trx
    .updateTable('sources')
    .set({ last_synced_at: now, last_operation_id: operationId })
    .where('workspace_id', '=', source.workspaceId)
    .where('id', '=', source.id)
    .execute();
  await fulfilSync(trx, source, startedAt);
  await settlePostponed(trx, { workspaceId: source.workspaceId, sourceId: source.id }, startedAt);
}
