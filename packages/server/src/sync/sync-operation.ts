import { syncRequest } from '@mooring/contract';
import type { Clock, Provider } from '@mooring/storage/server';
import { sql } from 'kysely';
import type pg from 'pg';
import type { Logger } from 'pino';
import type { Catalogue } from '../catalogue/catalogue.ts';
import type { Db, Trx } from '../catalogue/db.ts';
import { createGate } from '../listing/gate.ts';
import type { PageMemory } from '../listing/page-memory.ts';
import type { RetryOptions } from '../listing/retry.ts';
import type { OperationHandler, OperationRun } from '../operations/handler.ts';
import { lockName } from '../operations/take-operation.ts';
import { whileSourceExists } from '../operations/while-source-exists.ts';
import { finishSync } from './finish-sync.ts';
import { firstRanges } from './first-ranges.ts';
import { dropMarks } from './key-marks.ts';
import { sumRanges } from './range-sums.ts';
import { RangesRefused, runRanges } from './run-ranges.ts';
import { emitSyncFailed } from './sync-events.ts';
import { addRanges, dropRanges, releaseRanges } from './sync-ranges.ts';
import { noCounts, readState, type SyncState } from './sync-state.ts';
import { pageSizeOf, type Work } from './sync-work.ts';

export interface SyncDependencies {
  db: Db;
  /** What `db` runs on: bulk loads need a connection of their own. */
  pool: pg.Pool;
  catalogue: Pick<Catalogue, 'getSource'>;
  connections: { open(workspaceId: string, connectionId: string): Promise<{ provider: Provider }> };
  clock: Clock;
  log: Logger;
  /** What the pages of all syncs of this process share. */
  memory: PageMemory;
  /** For tests: smaller pages than the provider's largest, fewer rows and pages at once, quicker retries. */
  listing?: { pageSize?: number; retry?: RetryOptions };
  rowsAtOnce?: number;
  pagesAtOnce?: number;
  gatherMs?: number;
}

/** Fewer, larger transactions; progress still moves several times a second. */
export const GATHER_MS = 200;

/**
 * Brings the assets of a source in line with what its storage lists. The keys are divided into ranges that are
 * listed at once, by this worker and by those that help it; see docs/decisions/0006-sync.md. Nothing is buried before
 * every range has been listed to its end: until then it is not known that the listing is in order.
 */
export function createSyncHandler(dependencies: SyncDependencies): OperationHandler<'sync'> {
  return {
    kind: 'sync',
    run: run => whileSourceExists(dependencies.catalogue, run, () => sync(run, dependencies)),
    failed: (trx, { workspaceId, operationId, subject }, problem) =>
      emitSyncFailed(trx, { workspaceId, operationId, sourceId: subject.id }, problem),
  };
}

async function sync(run: OperationRun<'sync'>, dependencies: SyncDependencies): Promise<void> {
  const { db, clock, log, rowsAtOnce = 10_000, pagesAtOnce, gatherMs = GATHER_MS } = dependencies;
  const { dryRun = false, confirmRemovals = false } = syncRequest.parse(run.options ?? {});
  const source = await dependencies.catalogue.getSource(run.workspaceId, run.subject.id);
  const { provider } = await dependencies.connections.open(run.workspaceId, source.connectionId);
  const key = { workspaceId: run.workspaceId, operationId: run.operationId };
  const owner = lockName(run.operationId);

  let state = readState(run.checkpoint) ?? (await begin());
  if (state.phase === 'listing') {
    await releaseRanges(db, key, owner); // of the worker that had the operation before
    for (let listed = false; !listed; ) {
      const { cuts } = state;
      const work = { ...createWork(run, dependencies, { source, provider, state, dryRun }), rowsAtOnce };
      try {
        await runRanges(work, {
          owner,
          cuts,
          untilAllAreDone: true,
          gatherMs,
          ...(pagesAtOnce !== undefined && { pagesAtOnce }),
        });
        listed = true;
      } catch (error) {
        if (!(error instanceof RangesRefused)) throw error;
        log.warn(
          { err: error, sourceId: source.id },
          'the storage keeps no ranges of keys; listing in one go',
        );
        state = await beginAgain(state);
      }
    }
  }
  if (state.phase !== 'done') {
    await finishSync(state, {
      db,
      clock,
      run,
      key,
      sourceId: source.id,
      dryRun,
      confirmRemovals,
      rowsAtOnce,
    });
  }

  async function begin(): Promise<SyncState> {
    const cuts = provider.capabilities.list.ranges !== 'none';
    const fresh: SyncState = { startedAt: clock.now(), phase: 'listing', cuts, removed: 0 };
    const pageSize = pageSizeOf({ listing: dependencies.listing ?? {}, provider });
    const ranges = await firstRanges(db, source, { cuts, pageSize });
    const total = await lastListed(db, key.workspaceId, source.id);
    await db.transaction().execute(async trx => {
      await run.save(trx, { checkpoint: fresh, done: 0, total, counts: { ...noCounts(), removed: 0 } });
      await addRanges(trx, key, ranges);
    });
    return fresh;
  }

  /** From the beginning, in one range. What has been written is counted as it was then. */
  async function beginAgain(before: SyncState): Promise<SyncState> {
    const again: SyncState = { ...before, cuts: false };
    await db.transaction().execute(async trx => {
      const { counts, lastId } = await dropRanges(trx, key);
      const { added, changed, restored } = dryRun ? noCounts() : counts;
      const written = { added, changed, restored, unchanged: -(added + changed + restored) };
      await run.save(trx, { checkpoint: again });
      await dropMarks(trx, key);
      const whole = { prefix: source.prefix, first: '', end: null };
      await addRanges(trx, key, [{ ...whole, counts: { ...noCounts(), ...written } }], lastId);
    });
    return again;
  }
}

/** How many objects the last sync of a source listed: about as many as the next one will. Null for the first sync. */
async function lastListed(db: Db, workspaceId: string, sourceId: string): Promise<number | null> {
  const last = await db
    .selectFrom('operations')
    .select('done')
    .where('workspace_id', '=', workspaceId)
    .where('subject_id', '=', sourceId)
    .where('kind', '=', 'sync')
    .where('status', '=', 'succeeded')
    .orderBy('id', 'desc')
    .limit(1)
    .executeTakeFirst();
  return last?.done ?? null;
}

/** What this worker, which runs the operation, works with. */
function createWork(
  run: OperationRun<'sync'>,
  dependencies: SyncDependencies,
  { source, provider, state, dryRun }: Pick<Work, 'source' | 'provider' | 'dryRun'> & { state: SyncState },
): Omit<Work, 'rowsAtOnce'> {
  const { db, pool, clock, memory, listing = {} } = dependencies;
  const key = { workspaceId: run.workspaceId, operationId: run.operationId };
  return {
    key,
    source,
    provider,
    startedAt: state.startedAt,
    dryRun,
    db,
    pool,
    clock,
    signal: run.signal,
    gate: createGate(),
    memory,
    listing,
    // The process that takes the operation up takes its ranges too, so what fences those is enough; and `report` comes last.
    // But a database that has crashed may have lost the last that was saved: then what this worker knows is not so.
    fence: async () => run.signal.throwIfAborted(),
    async report(trx: Trx) {
      // What others have reported meanwhile is part of the sum, or it would go back.
      await sql`
        select from operations where workspace_id = ${key.workspaceId} and id = ${key.operationId}
        for no key update`.execute(trx);
      const { counts } = await sumRanges(trx, key);
      await run.save(trx, { done: counts.listed, counts: { ...counts, removed: 0 } });
    },
    addErrors: run.addErrors,
  };
}
