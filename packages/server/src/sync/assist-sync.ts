import { syncRequest } from '@mooring/contract';
import { sql } from 'kysely';
import type { Trx } from '../catalogue/db.ts';
import { createGate } from '../listing/gate.ts';
import type { Assistance, AssistanceRun } from '../operations/handler.ts';
import { LeaseLost } from '../operations/interruption.ts';
import { lockIsHeld } from '../platform/session.ts';
import { RangesRefused, runRanges } from './run-ranges.ts';
import { GATHER_MS, type SyncDependencies } from './sync-operation.ts';
import { readState } from './sync-state.ts';

/**
 * Assists with the ranges of syncs that other workers run. What it writes is fenced by the ranges that it owns and by
 * the operation's being under way; the worker that runs the sync says how far all have come, and brings it to its end.
 */
export function createSyncAssistance(dependencies: SyncDependencies): Assistance {
  const { db, rowsAtOnce = 10_000 } = dependencies;
  return {
    kind: 'sync',

    async find() {
      const { rows } = await sql<{ workspace_id: string; id: string }>`
        select workspace_id, id from operations o
        where kind = 'sync' and status = 'running' and exists (
          select from sync_ranges r where r.workspace_id = o.workspace_id and r.operation_id = o.id and not r.done
            and (r.owner is null or not ${sql.raw(lockIsHeld('r.owner'))})
        ) order by id limit 10`.execute(db);
      return rows.map(row => ({ workspaceId: row.workspace_id, operationId: row.id }));
    },

    async run(run: AssistanceRun) {
      const { workspaceId, operationId, subject, signal } = run;
      const state = readState(run.checkpoint);
      if (state?.phase !== 'listing') return;
      const source = await dependencies.catalogue.getSource(workspaceId, subject.id);
      const { provider } = await dependencies.connections.open(workspaceId, source.connectionId);
      const fence = async (trx: Trx): Promise<void> => {
        const { rows } = await sql`
          select from operations where workspace_id = ${workspaceId} and id = ${operationId} and status = 'running'`.execute(
          trx,
        );
        if (rows.length === 0) throw new LeaseLost(operationId);
        signal.throwIfAborted(); // as in sync-operation.ts: the database may have lost what this worker saved last
      };
      const work = {
        key: { workspaceId, operationId },
        source,
        provider,
        startedAt: state.startedAt,
        dryRun: syncRequest.parse(run.options ?? {}).dryRun ?? false,
        db,
        pool: dependencies.pool,
        clock: dependencies.clock,
        signal,
        gate: createGate(),
        memory: dependencies.memory,
        listing: dependencies.listing ?? {},
        rowsAtOnce,
        fence,
        report: async () => {},
        addErrors: run.addErrors,
      };
      const { pagesAtOnce, gatherMs = GATHER_MS } = dependencies;
      try {
        await runRanges(work, {
          owner: run.lockName,
          cuts: state.cuts,
          untilAllAreDone: false,
          gatherMs,
          ...(pagesAtOnce !== undefined && { pagesAtOnce }),
        });
      } catch (error) {
        if (!(error instanceof RangesRefused)) throw error;
        // The worker that runs the sync meets the same, and begins again.
      }
    },
  };
}
