import type pg from 'pg';
import { fromKysely, type KyselyTransactionLike, PgBoss } from 'pg-boss';
import { createPool } from './database/pool.ts';
import type { Logger } from './log.ts';

/** A message that waits in the queue until somebody takes it. */
export interface QueueJob<T extends object> {
  /** At most one job with this key waits at a time; sending another is not an error and does nothing. */
  key: string;
  data: T;
  /** Nobody can take it before then; default 0. */
  afterSeconds?: number;
}

/**
 * A durable queue in the database, by pg-boss. A job is taken and deleted in one transaction of the caller's, so
 * it can neither be lost nor be taken twice, and needs no heartbeat: a taker that dies rolls back.
 * See docs/decisions/0005-operations.md.
 */
export function createQueue<T extends object>({
  poolConfig,
  name,
  log,
}: {
  poolConfig: pg.PoolConfig;
  name: string;
  log: Logger;
}) {
  // A connection of its own: now and then it reads its settings while the caller's transaction is open, and would
  // wait for ever where such transactions hold every connection of a shared pool.
  const pool = createPool(poolConfig, { max: 1 });
  const boss = new PgBoss({
    db: { executeSql: (text, values) => pool.query(text, values) },
    schema: 'mooring_queue',
    // Upkeep is for jobs that stay after they were taken, and cron is not used.
    supervise: false,
    schedule: false,
  });
  boss.on('error', error => log.warn({ err: error }, 'the queue reported an error'));

  return {
    /** Makes or upgrades the queue's own tables. Safe to call from several processes at once. */
    async start(): Promise<void> {
      await boss.start();
      await boss.createQueue(name, { policy: 'exclusive', retryLimit: 0 });
    },

    /** Sends jobs; inside a transaction they appear when it commits. */
    async send(jobs: readonly QueueJob<T>[], db: KyselyTransactionLike): Promise<void> {
      const rows = jobs.map(({ key, data, afterSeconds = 0 }) => ({
        singletonKey: key,
        data,
        startAfter: afterSeconds,
      }));
      await boss.insert(name, rows, { db: fromKysely(db) });
    },

    /** Takes the job that has waited longest and deletes it, in the caller's transaction. Null: none is due. */
    async take(trx: KyselyTransactionLike): Promise<T | null> {
      const db = fromKysely(trx);
      const [job] = await boss.fetch<T>(name, { db });
      if (!job) return null;
      await boss.deleteJob(name, job.id, { db });
      return job.data;
    },

    async stop(): Promise<void> {
      await boss.stop({ graceful: false });
      await pool.end();
    },
  };
}
export type Queue<T extends object> = ReturnType<typeof createQueue<T>>;
