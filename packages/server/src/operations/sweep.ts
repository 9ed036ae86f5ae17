import { sql } from 'kysely';
import type { Db } from '../catalogue/db.ts';
import { lockIsHeld } from '../platform/session.ts';
import { type OperationQueue, toJob } from './dispatch.ts';

/** A queued operation whose dispatch is younger than this is not looked at: it is about to be taken. */
const QUEUED_FOR = '5 seconds';

/** The name of the lock that a worker holds while it runs an operation. */
export const lockName = (operationId: string): string => `mooring operation ${operationId}`;

/**
 * Dispatches again what nobody runs: operations whose worker has died (its lock is free), and queued ones whose
 * dispatch is missing (an installation was imported, a queue was lost). Those whose dispatch waits are unharmed:
 * the queue takes each key once. Returns how many it sent.
 */
export async function sweep(db: Db, queue: OperationQueue): Promise<number> {
  const { rows } = await sql<{ workspace_id: string; id: string; attempts: number }>`
    select workspace_id, id, attempts from operations
    where status in ('queued', 'running', 'cancelling')
      and (status <> 'queued' or updated_at < now() - ${sql.lit(QUEUED_FOR)}::interval)
      and not ${sql.raw(lockIsHeld("'mooring operation ' || operations.id"))}
    order by id limit 1000`.execute(db);
  const jobs = rows.map(row =>
    toJob({ workspaceId: row.workspace_id, operationId: row.id, attempts: row.attempts, failures: 0 }),
  );
  if (jobs.length > 0) await queue.send(jobs, db);
  return jobs.length;
}
