import type { Clock } from '@mooring/storage/server';
import { sql } from 'kysely';
import type { Db } from '../catalogue/db.ts';
import type { Operations } from '../operations/operations.ts';
import { MooringError } from '../platform/problem.ts';
import { pushOf } from './connectors.ts';

/** Starts the pushes that are due by the schedules of their connectors. */
export async function startDuePushes({
  db,
  operations,
  clock,
}: {
  db: Db;
  operations: Pick<Operations, 'start'>;
  clock: Clock;
}): Promise<void> {
  const { rows } = await sql<{ workspace_id: string; id: string }>`
    select c.workspace_id, c.id from connectors c
    cross join lateral (
      select max(o.created_at) as latest from operations o
      where o.workspace_id = c.workspace_id and o.subject_id = c.id and o.kind = 'push'
    ) o
    where c.every_seconds is not null
      and coalesce(o.latest, c.created_at) + make_interval(secs => c.every_seconds) <= ${clock.now()}
    order by c.id limit 1000`.execute(db);
  for (const { workspace_id: workspaceId, id } of rows)
    await operations.start(workspaceId, pushOf(id)).catch(error => {
      if (!(error instanceof MooringError && error.code === 'conflict')) throw error; // it still goes on
    });
}
