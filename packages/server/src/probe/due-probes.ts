import type { Operation } from '@mooring/contract';
import { sql } from 'kysely';
import type { Db } from '../catalogue/db.ts';
import type { Operations } from '../operations/operations.ts';
import { MooringError } from '../platform/problem.ts';

const SOURCES_AT_ONCE = 100;

/**
 * Starts the probes that are due: of sources whose assets came or changed, once no sync of them goes on. None where
 * the source or its connection says that the server reads nothing.
 * @returns those it started
 */
export async function startDueProbes({
  db,
  operations,
}: {
  db: Db;
  operations: Operations;
}): Promise<Operation[]> {
  const { rows } = await sql<{ workspace_id: string; id: string }>`
    select s.workspace_id, s.id from sources s
    join connections c on c.workspace_id = s.workspace_id and c.id = s.connection_id
    where s.probe_wanted_at is not null and s.probes and s.removed_at is null and c.removed_at is null
      and c.credential_sealed is not null and c.access_mode = 'server' and c.status <> 'broken'
      and not exists (select from operations o where o.workspace_id = s.workspace_id and o.subject_id = s.id
        and o.status not in ('succeeded', 'failed', 'cancelled'))
    order by s.probe_wanted_at limit ${SOURCES_AT_ONCE}`.execute(db);
  const started: Operation[] = [];
  for (const { workspace_id, id } of rows) {
    try {
      const subject = { type: 'source', id } as const;
      started.push(await operations.start(workspace_id, { kind: 'probe', subject, unit: 'assets' }));
    } catch (error) {
      if (!(error instanceof MooringError && error.code === 'conflict')) throw error;
    }
  }
  return started;
}
