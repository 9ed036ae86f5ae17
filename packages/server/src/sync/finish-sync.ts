import type { Clock } from '@mooring/storage/server';
import { writeAssets } from '../catalogue/asset-writes.ts';
import type { Db, Trx } from '../catalogue/db.ts';
import { unsettleQuota } from '../catalogue/quota.ts';
import { type LockedSource, lockSource } from '../catalogue/source-lock.ts';
import { readIds } from '../catalogue/stored-assets.ts';
import type { OperationRun } from '../operations/handler.ts';
import { settlePostponed } from './changes/postponed.ts';
import { countMissing, deleteMarks, readMissing, takeMissing } from './key-marks.ts';
import { isBuriable } from './merge-rows.ts';
import { readSamples, sumRanges } from './range-sums.ts';
import { guardRemovals } from './removal-guard.ts';
import { joinSamples } from './sample-keys.ts';
import { emitSyncFinished } from './sync-events.ts';
import { deleteRanges, type SyncKey } from './sync-ranges.ts';
import type { SyncState } from './sync-state.ts';
import { fulfilSync } from './want-sync.ts';

const SAMPLES = 20;

export interface FinishOptions {
  db: Db;
  clock: Clock;
  run: OperationRun<'sync'>;
  key: SyncKey;
  sourceId: string;
  dryRun: boolean;
  confirmRemovals: boolean;
  rowsAtOnce: number;
}

/**
 * Once everything has been listed: makes tombstones of what was not, unless they would be too many; and notes when the
 * source was last in line. Each step is a transaction of its own, so started again it goes on with what is left.
 *
 * @throws MooringError `sync_guard`
 */
export async function finishSync(state: SyncState, options: FinishOptions): Promise<void> {
  const { db, clock, run, key, sourceId, dryRun, confirmRemovals, rowsAtOnce } = options;
  const listed = state.listed ?? (await sumRanges(db, key)).counts;
  let now = state;
  /** Some of what this worker has buried, for webhooks. */
  const buried: string[] = [];

  /** Saves how far the sync is, in the transaction that gets it there. */
  type Save = (changes?: Partial<SyncState>) => Promise<SyncState>;

  async function step(
    work: (trx: Trx, locked: LockedSource, save: Save) => Promise<SyncState>,
  ): Promise<void> {
    run.signal.throwIfAborted();
    now = await db.transaction().execute(async trx => {
      const locked = await lockSource(trx, key.workspaceId, sourceId);
      return work(trx, locked, async changes => {
        const next = { ...now, ...changes };
        const counts = { ...listed, removed: next.removed };
        await run.save(trx, { done: listed.listed, counts, checkpoint: next });
        return next;
      });
    });
  }

  async function beginClosing(trx: Trx, locked: LockedSource, save: Save): Promise<SyncState> {
    const missing = await countMissing(trx, key);
    if (dryRun) {
      const samples = joinSamples(await readSamples(trx, key));
      samples.removed = (await readMissing(trx, key, SAMPLES)).map(name => ({ key: name }));
      await run.save(trx, { report: { dryRun: true, samples } });
    } else if (!confirmRemovals) await guardRemovals(trx, locked, missing, listed);
    return save({ phase: 'closing', removed: dryRun ? missing : 0, listed });
  }

  async function bury(): Promise<void> {
    let from = '';
    for (let more = true; more; ) {
      await step(async (trx, locked, save) => {
        const { ids, next: place } = await takeMissing(trx, key, { from, limit: rowsAtOnce });
        const assets = await readIds(trx, locked, ids);
        const gone = assets.filter(asset => isBuriable(asset, now.startedAt));
        const next = await save({ removed: now.removed + gone.length });
        await writeAssets(trx, locked, { added: [], updated: [], gone }, clock.now());
        buried.push(...gone.slice(0, SAMPLES - buried.length).map(({ id }) => id));
        more = ids.length === rowsAtOnce;
        from = place;
        return next;
      });
    }
  }

  async function forgetMarks(): Promise<void> {
    let from: string | null = null;
    for (let more = true; more; ) {
      await step(async (trx, locked, save) => {
        const { rows, next } = await deleteMarks(trx, locked, rowsAtOnce, from);
        from = next;
        more = rows === rowsAtOnce;
        return save();
      });
    }
  }

  /** Deletes the ranges; with the last of them the sync is done. */
  async function close(): Promise<void> {
    while (now.phase !== 'done') {
      await step(async (trx, locked, save) => {
        if ((await deleteRanges(trx, locked, rowsAtOnce)) === rowsAtOnce) return save();
        const sync = { ...now, operationId: run.operationId };
        if (!dryRun) {
          await noteSynced(trx, locked, sync, clock.now());
          await unsettleQuota(trx, key.workspaceId);
          await emitSyncFinished(trx, locked, { ...sync, listed, buried });
        }
        await run.save(trx, { total: listed.listed });
        return save({ phase: 'done' });
      });
    }
  }

  if (now.phase === 'listing') await step(beginClosing);
  if (!dryRun) await bury();
  await forgetMarks();
  await close();
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
