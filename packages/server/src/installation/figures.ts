import { sql } from 'kysely';
import type { Db } from '../catalogue/db.ts';
import { IS_ACTIVE } from '../operations/row.ts';
import type { Figure } from '../platform/metrics.ts';

/** What the whole installation has to do, over all workspaces. Every process tells the same. */
export function installationFigures(db: Db): Figure[] {
  return [
    {
      name: 'mooring_operations',
      help: 'Operations that have not finished. Every process tells the same: use max, not sum.',
      labels: ['kind', 'status'],
      read: async () => {
        const rows = await db
          .selectFrom('operations')
          .select(({ fn }) => ['kind', 'status', fn.countAll<number>().as('count')])
          .where(IS_ACTIVE)
          .groupBy(['kind', 'status'])
          .execute();
        return rows.map(({ kind, status, count }) => ({ labels: { kind, status }, value: count }));
      },
    },
    {
      name: 'mooring_operation_longest_wait_seconds',
      help: 'How long the operation that waits longest has been due; 0: none waits.',
      labels: [],
      read: async () => {
        const { rows } = await sql<{ seconds: number }>`
          select coalesce(greatest(0, extract(epoch from now() - min(due_at))), 0)::float8 as seconds
          from operations where status = 'queued'`.execute(db);
        return [{ labels: {}, value: rows[0]!.seconds }];
      },
    },
    {
      name: 'mooring_connections',
      help: 'Connections by status. Every process tells the same: use max, not sum.',
      labels: ['status'],
      read: async () => {
        const rows = await db
          .selectFrom('connections')
          .select(({ fn }) => ['status', fn.countAll<number>().as('count')])
          .where('removed_at', 'is', null)
          .groupBy('status')
          .execute();
        return rows.map(({ status, count }) => ({ labels: { status }, value: count }));
      },
    },
  ];
}
