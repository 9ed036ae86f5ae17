import type { Source } from '@mooring/contract';
import type { Logger } from 'pino';
import { writeAssets } from '../catalogue/asset-writes.ts';
import type { Catalogue } from '../catalogue/catalogue.ts';
import type { Db, Trx } from '../catalogue/db.ts';
import { type LockedSource, lockSource } from '../catalogue/source-lock.ts';
import { type ListedPage, listAll } from '../listing/list-all.ts';
import type { RetryOptions } from '../listing/retry.ts';
import type { ItemError, OperationHandler, OperationRun } from '../operations/handler.ts';
import { Cancelled } from '../operations/interruption.ts';
import type { Clock } from '../platform/clock.ts';
import { MooringError } from '../platform/problem.ts';
import { ProviderError } from '../providers/errors.ts';
import type { Provider } from '../providers/provider.ts';
import { deleteMarks, markMissing, markSeen } from './marks.ts';
import { type Desk, type Plan, planKeys, planMissing, planRange, planRest } from './plan.ts';
import { readState, type SyncState, toRunState } from './state.ts';

export interface SyncDependencies {
  db: Db;
  catalogue: Pick<Catalogue, 'getSource'>;
  connections: { open(workspaceId: string, connectionId: string): Promise<{ provider: Provider }> };
  clock: Clock;
  log: Logger;
  /** For tests: smaller pages than the provider's largest, fewer rows at once, quicker retries. */
  listing?: { pageSize?: number; retry?: RetryOptions };
  rowsAtOnce?: number;
}

/**
 * Brings the assets of a source in line with what its storage lists. Each page of the listing is compared with the
 * assets in the range of its keys, and the differences, the counters and the checkpoint are written in one
 * transaction. Nothing is buried before the listing is complete: until then nobody knows that it is in order.
 *
 * Some storages do not list in the order of bytes. From the first page that is out of order on, its keys are looked
 * up one by one and marked as seen. What came before was compared by ranges and is settled, but for assets marked
 * as missing there, which may yet turn up.
 */
export function createSyncHandler(dependencies: SyncDependencies): OperationHandler {
  return {
    kind: 'sync',
    async run(run) {
      try {
        const source = await dependencies.catalogue.getSource(run.workspaceId, run.subject.id);
        const { provider } = await dependencies.connections.open(run.workspaceId, source.connectionId);
        const sync = createSync(run, source, provider, dependencies);
        await sync.list();
        await sync.close();
      } catch (error) {
        throw (await isInUse(run)) ? error : new Cancelled(run.operationId);
      }
    },
  };

  /** Whatever failed because the connection was unlinked meanwhile is no failure. */
  async function isInUse(run: OperationRun): Promise<boolean> {
    try {
      await dependencies.catalogue.getSource(run.workspaceId, run.subject.id);
      return true;
    } catch (error) {
      if (error instanceof MooringError && error.code === 'not_found') return false;
      throw error;
    }
  }
}

function createSync(run: OperationRun, source: Source, provider: Provider, dependencies: SyncDependencies) {
  const { db, clock, log, listing, rowsAtOnce = 10_000 } = dependencies;
  let state = readState(run.checkpoint, clock.now());

  /** Does one piece of work in a transaction of its own, and moves on to the state that it returns. */
  async function transact(work: (trx: Trx, locked: LockedSource) => Promise<SyncState>): Promise<void> {
    run.signal.throwIfAborted();
    state = await db
      .transaction()
      .execute(async trx => work(trx, await lockSource(trx, run.workspaceId, source.id)));
  }

  /** Plans and writes, as often as the plan says that there is more. */
  async function carryOut(plan: (desk: Desk) => Promise<Plan>): Promise<void> {
    let more = true;
    while (more) {
      await transact(async (trx, locked) => {
        const planned = await plan({ trx, source: locked, marker: run, state, limit: rowsAtOnce });
        await run.save(trx, toRunState(planned.state));
        await writeAssets(trx, locked, planned.changes, clock.now());
        await markMissing(trx, run, planned.missing);
        await markSeen(trx, run, planned.seen);
        if (planned.unstorable.length > 0) await run.addErrors(trx, planned.unstorable.map(unstorable));
        more = planned.more;
        return planned.state;
      });
    }
  }

  async function takePage(page: ListedPage): Promise<void> {
    if (state.ordered && page.inOrder) return carryOut(desk => planRange(desk, page));
    if (state.ordered) log.info({ sourceId: source.id }, 'the listing is not in the order of keys');
    await carryOut(desk => planKeys(desk, page));
  }

  async function takePages(): Promise<void> {
    const { container, prefix } = source;
    const { cursor, before } = state;
    const pages = listAll(provider, { container, prefix, cursor, before, signal: run.signal, ...listing });
    for await (const page of pages) await takePage(page);
  }

  return {
    /** Goes through the listing, from where it stopped if it did. */
    async list(): Promise<void> {
      const { phase, cursor } = state;
      if (phase !== 'listing') return;
      try {
        await takePages();
      } catch (error) {
        if (cursor === null || state.cursor !== cursor || !isRefusedCursor(error)) throw error;
        log.warn(
          { err: error, sourceId: source.id },
          'the storage no longer knows the cursor; listing again',
        );
        // What is settled stays so: its objects are passed over when they come again.
        state = { ...state, cursor: null, before: '' };
        await takePages();
      }
    },

    /** Buries what was not listed, and notes when the source was last in line. */
    async close(): Promise<void> {
      if (state.phase === 'done') return;
      await carryOut(planRest);
      await carryOut(planMissing);
      let complete = false;
      while (!complete) {
        await transact(async (trx, locked) => {
          complete = (await deleteMarks(trx, locked, rowsAtOnce)) < rowsAtOnce;
          const next: SyncState = complete ? { ...state, phase: 'done' } : state;
          await run.save(trx, toRunState(next));
          if (complete) await noteSynced(trx, locked);
          return next;
        });
      }
    },
  };

  async function noteSynced(trx: Trx, { workspaceId, id }: LockedSource): Promise<void> {
    await trx
      .updateTable('sources')
      .set({ last_synced_at: clock.now(), last_operation_id: run.operationId })
      .where('workspace_id', '=', workspaceId)
      .where('id', '=', id)
      .execute();
  }
}

/** A cursor that was saved long ago may have expired, or be of an older version of the service. */
const isRefusedCursor = (error: unknown): boolean =>
  error instanceof ProviderError && error.kind === 'invalid';

const unstorable = (key: string): ItemError => ({
  item: JSON.stringify(key),
  code: 'invalid_request',
  message: 'The key holds a NUL or half of a surrogate pair, which PostgreSQL cannot store. It was skipped.',
  fix: 'Rename the object.',
});
