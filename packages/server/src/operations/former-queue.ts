import { sql } from 'kysely';
import type { Db } from '../catalogue/db.ts';

/** The name of the task; migration 0014 makes it due a day after it ran. */
export const DROP_FORMER_QUEUE = 'drop the former queue';

/**
 * Drops the tables that pg-boss kept until Mooring took operations from their own table. Processes of the version
 * before need them to start operations, so they stay until a day after the first process of this version.
 */
export async function dropFormerQueue(db: Db): Promise<void> {
  await sql`drop schema if exists mooring_queue cascade`.execute(db);
}
