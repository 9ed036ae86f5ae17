import type { Operation } from '@mooring/contract';
import { sql } from 'kysely';
import type { Db } from '../catalogue/db.ts';
import type { Operations } from '../operations/operations.ts';
import type { Clock } from '../platform/clock.ts';
import { MooringError } from '../platform/problem.ts';

/** Starts the syncs that are due by the schedules of their sources, but none of an unlinked connection. Returns those it started. */
export async function startDueSyncs({
  db,
  operations,
  clock,
}: {
  db: Db;
  operations: Operations;
  clock: Clock;
}): Promise<Operation[]> {
  const { rows } = await sql<{ workspace_id: string; id: string }>`
    select s.workspace_id, s.id from sources s
    join connections c on c.workspace_id = s.workspace_id and c.id = s.connection_id
    where s.removed_at is null and c.removed_at is null and c.credential_sealed is not null and s.every_seconds is not null and coalesce(
      (select max(o.created_at) from operations o
        where o.workspace_id = s.workspace_id and o.subject_id = s.id and o.kind = 'sync'),
      s.created_at
    ) + make_interval(secs => s.every_seconds) <= ${clock.now()}
    order by s.id limit 1000`.execute(db);
  const started: Operation[] = [];
  for (const { workspace_id, id } of rows) {
    try {
      const subject = { type: 'source', id } as const;
      started.push(await operations.start(workspace_id, { kind: 'sync', subject, unit: 'objects' }));
    } catch (error) {
      if (!(error instanceof MooringError) || error.code !== 'sync_already_running') throw error;
    }
  }
  return started;
}
