import type { Clock } from '@mooring/storage/server';
import type { Db } from '../catalogue/db.ts';
import type { Logger } from '../platform/log.ts';
import type { Session } from '../platform/session.ts';
import { hear } from './announcement.ts';
import type { Dispatch, OperationQueue } from './dispatch.ts';
import type { Assistance, OperationHandler } from './handler.ts';
import { createHelp } from './help.ts';
import { Cancelled, OwnershipLost, Paused, ShuttingDown } from './interruption.ts';
import { runOperation } from './run.ts';
import { sweep } from './sweep.ts';
import { type TakenUp, takeUp } from './take-up.ts';

/** They wait for the storage and the database most of the time. */
const RUNS_AT_ONCE = 4;
const LOOK_INTERVAL_MS = 1000;

export interface WorkerDependencies {
  db: Db;
  queue: OperationQueue;
  session: Session;
  handlers: readonly OperationHandler[];
  /** What it helps other workers with. */
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
  const { db, queue, session, workerId } = dependencies;
  const log = dependencies.log.child({ workerId });
  const runs = new Map<string, { taken: TakenUp; abort: AbortController; ended: Promise<void> }>();
  const help = createHelp(dependencies, id => runs.has(id));
  let stopping = false;
  let awake = Promise.withResolvers<void>();
  const wake = () => awake.resolve();

  /** Whether there was a dispatch to take. */
  async function takeOne(): Promise<boolean> {
    let taken: TakenUp | null = null;
    let dispatch: Dispatch | null = null;
    try {
      await db.transaction().execute(async trx => {
        dispatch = await queue.take(trx);
        if (dispatch) taken = await takeUp(trx, dispatch, dependencies);
      });
    } catch (error) {
      await (taken as TakenUp | null)?.lock.release();
      throw error;
    }
    if (taken && dispatch) start(taken, dispatch);
    return dispatch !== null;
  }

  function start(taken: TakenUp, dispatch: Dispatch): void {
    const { id } = taken.row;
    const abort = new AbortController();
    taken.lock.lost.addEventListener('abort', () => abort.abort(new OwnershipLost(id)));
    const ended = runOperation(taken, dispatch, abort.signal, { ...dependencies, log }).finally(() => {
      runs.delete(id);
      wake();
    });
    runs.set(id, { taken, abort, ended });
  }

  /** Stops the runs that somebody has cancelled or taken over, in case the notification was missed. */
  async function checkRuns(): Promise<void> {
    for (const [id, { taken, abort }] of runs) {
      const row = await db
        .selectFrom('operations')
        .select(['status', 'attempts'])
        .where('workspace_id', '=', taken.row.workspace_id)
        .where('id', '=', id)
        .executeTakeFirst();
      if (row?.attempts !== taken.row.attempts) abort.abort(new OwnershipLost(id));
      else if (row.status === 'cancelling') abort.abort(new Cancelled(id));
      else if (row.status === 'paused') abort.abort(new Paused(id));
    }
  }

  async function loop(): Promise<void> {
    let lookAt = 0;
    while (!stopping) {
      awake = Promise.withResolvers();
      const poll = setTimeout(wake, LOOK_INTERVAL_MS);
      try {
        if (performance.now() >= lookAt) {
          const sent = await sweep(db, queue);
          if (sent > 0) log.info({ operations: sent }, 'dispatched operations that nobody ran');
          await checkRuns();
          await help.look();
          lookAt = performance.now() + LOOK_INTERVAL_MS;
        }
        while (!stopping && runs.size < RUNS_AT_ONCE && (await takeOne()));
      } catch (error) {
        log.warn({ err: error }, 'cannot look for operations; trying again');
      }
      await awake.promise;
      clearTimeout(poll);
    }
  }

  const unhear = hear(session, (id, status) => {
    if (status !== 'running') help.end(id);
    if (status === 'cancelling') runs.get(id)?.abort.abort(new Cancelled(id));
    if (status === 'paused') runs.get(id)?.abort.abort(new Paused(id));
    if (status === 'queued') wake();
  });
  const looping = loop();

  return {
    /** Puts what it runs back into the queue, for another worker to go on with at once. */
    async stop(): Promise<void> {
      stopping = true;
      unhear();
      wake();
      for (const { abort } of runs.values()) abort.abort(new ShuttingDown());
      await looping;
      await help.stop();
      await Promise.all(
        [...runs.values()].map(({ abort, ended }) => {
          abort.abort(new ShuttingDown()); // one that was taken up meanwhile
          return ended;
        }),
      );
    },
  };
}
export type Worker = ReturnType<typeof startWorker>;
