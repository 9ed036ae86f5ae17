import type { Clock } from '@mooring/storage/server';
import type { Db } from '../catalogue/db.ts';
import type { Logger } from '../platform/log.ts';
import type { Session } from '../platform/session.ts';
import { startWorkLoop } from '../platform/work-loop.ts';
import { createAssisting } from './assist-operation.ts';
import type { Assistance, OperationHandler } from './handler.ts';
import { Cancelled, GaveWay, LeaseLost, Paused, ShuttingDown } from './interruption.ts';
import type { OperationRow } from './row.ts';
import { runOperation } from './run.ts';
import { onStatus } from './status-notices.ts';
import { isWorkspaceWaiting, MOST_TAKE_UPS, type TakenOperation, takeOperation } from './take-operation.ts';

/** They wait for the storage and the database most of the time. */
const RUNS_AT_ONCE = 4;

export interface WorkerDependencies {
  db: Db;
  session: Session;
  handlers: readonly OperationHandler[];
  /** What it assists other workers with. */
  assistances?: readonly Assistance[];
  clock: Clock;
  log: Logger;
  /** Names it in the log. */
  workerId: string;
}

/**
 * Takes up operations and runs their handlers until it is stopped. Any number of workers, on any number of
 * machines, may run against one database.
 */
export function startWorker(dependencies: WorkerDependencies) {
  const { db, session, handlers, workerId } = dependencies;
  const log = dependencies.log.child({ workerId });
  const kinds = handlers.map(({ kind }) => kind);
  const runs = new Map<string, { row: OperationRow; abort: AbortController }>();
  const assisting = createAssisting(dependencies, id => runs.has(id));

  async function run(taken: TakenOperation, stopping: AbortSignal): Promise<void> {
    const { row, lock } = taken;
    const abort = new AbortController();
    const stop = () => abort.abort(new ShuttingDown());
    if (stopping.aborted) stop();
    stopping.addEventListener('abort', stop);
    const lose = () => abort.abort(new LeaseLost(row.id));
    if (lock.lost.aborted) lose();
    lock.lost.addEventListener('abort', lose);
    runs.set(row.id, { row, abort });
    try {
      await runOperation(taken, abort.signal, { ...dependencies, log });
    } finally {
      // Where the lock was lost, this worker may have taken it up again.
      if (runs.get(row.id)?.abort === abort) runs.delete(row.id);
      stopping.removeEventListener('abort', stop);
    }
  }

  /** Stops the runs that were cancelled, paused or taken over, where the notice of it was missed. */
  async function checkRuns(): Promise<void> {
    for (const [id, { row, abort }] of runs) {
      const now = await db
        .selectFrom('operations')
        .select(['status', 'attempts'])
        .where('workspace_id', '=', row.workspace_id)
        .where('id', '=', id)
        .executeTakeFirst();
      if (now?.attempts !== row.attempts) abort.abort(new LeaseLost(id));
      else if (now.status === 'cancelling') abort.abort(new Cancelled(id));
      else if (now.status === 'paused') abort.abort(new Paused(id));
    }
  }

  /** Where there is no room left: one of several that run for one workspace gives way to another workspace. */
  async function giveWay(): Promise<void> {
    if (runs.size < RUNS_AT_ONCE || runs.values().some(({ abort }) => abort.signal.aborted)) return; // one ends anyway
    const byWorkspace = Map.groupBy(runs.values(), ({ row }) => row.workspace_id);
    const most = [...byWorkspace.values()].reduce((one, other) => (other.length > one.length ? other : one));
    // One that gave way often keeps its place: too many take-ups would end it.
    const [last] = most
      .filter(({ row }) => row.attempts < MOST_TAKE_UPS / 2)
      .sort((one, other) => one.row.attempts - other.row.attempts);
    if (most.length < 2 || !last || !(await isWorkspaceWaiting(kinds, db))) return;
    last.abort.abort(new GaveWay(last.row.id));
  }

  const loop = startWorkLoop<TakenOperation>({
    name: 'operations',
    atOnce: RUNS_AT_ONCE,
    async take() {
      const taken = await takeOperation(kinds, dependencies);
      return taken ? [taken] : [];
    },
    run,
    async atEachPoll() {
      await checkRuns();
      await giveWay();
      await assisting.look();
    },
    wakeOn: wake =>
      onStatus(session, (id, status) => {
        if (status === 'queued') wake();
        if (status !== 'running') assisting.end(id);
        if (status === 'cancelling') runs.get(id)?.abort.abort(new Cancelled(id));
        if (status === 'paused') runs.get(id)?.abort.abort(new Paused(id));
      }),
    log,
  });

  return {
    /** Puts what it runs back into the queue, for another worker to go on with at once. */
    async stop(): Promise<void> {
      await loop.stop(); // which may begin to assist until it has ended
      await assisting.stop();
    },
  };
}
export type Worker = ReturnType<typeof startWorker>;
