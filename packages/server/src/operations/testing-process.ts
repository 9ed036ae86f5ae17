import { systemClock } from '@mooring/storage/server';
import { sql } from 'kysely';
import type pg from 'pg';
import type { Db } from '../catalogue/db.ts';
import type { Schema } from '../catalogue/schema.ts';
import { createDb, createPool } from '../platform/database/pool.ts';
import { createLogger } from '../platform/log.ts';
import { createSession } from '../platform/session.ts';
import type { Assistance, OperationHandler } from './handler.ts';
import { createOperations } from './operations.ts';
import { startWorker, type Worker } from './worker.ts';

const log = createLogger({ level: 'silent' });

/** What a process of Mooring has open to start and run operations, on a test database. */
export async function openProcess(poolConfig: pg.PoolConfig) {
  const pool = createPool(poolConfig, { max: 6 });
  const db: Db = createDb<Schema>(pool);
  const session = createSession({ poolConfig, log });
  const workers: Worker[] = [];
  return {
    db,
    pool,
    session,
    operations: createOperations({ db, session, clock: systemClock }),
    startWorker(...handlers: OperationHandler[]): Worker {
      return this.startHelpfulWorker(handlers, []);
    },
    startHelpfulWorker(handlers: OperationHandler[], assistances: Assistance[]): Worker {
      const workerId = `test ${workers.length}`;
      const worker = startWorker({
        db,
        session,
        handlers,
        assistances,
        clock: systemClock,
        log,
        workerId,
      });
      workers.push(worker);
      return worker;
    },
    async close(): Promise<void> {
      await Promise.all(workers.map(worker => worker.stop()));
      await session.stop();
      await pool.end();
    },
  };
}
export type TestProcess = Awaited<ReturnType<typeof openProcess>>;

/** Counts to `total`; each step is one transaction with one effect, and takes `stepMs`. */
export function countingHandler(
  db: Db,
  { total, stepMs }: { total: number; stepMs: number },
): OperationHandler<'sync'> {
  return {
    kind: 'sync',
    async run(run) {
      const from = (run.checkpoint as { step: number } | null)?.step ?? 0;
      for (let step = from; step < total; step++) {
        run.signal.throwIfAborted();
        await new Promise(resolve => setTimeout(resolve, stepMs));
        await db.transaction().execute(async trx => {
          await run.save(trx, { done: step + 1, total, checkpoint: { step: step + 1 } });
          await sql`insert into effects values (${run.operationId}, ${step})`.execute(trx);
        });
      }
    },
  };
}
