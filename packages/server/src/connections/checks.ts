import type { AzureLocation, Check, CheckRun, Connection } from '@mooring/contract';
import type { Db, Trx } from '../catalogue/db.ts';
import type { Clock } from '../platform/clock.ts';
import type { Logger } from '../platform/log.ts';
import { MooringError, notFound } from '../platform/problem.ts';
import type { CheckDefinition, Provider } from '../providers/provider.ts';
import { readResults, replaceResults, verdictOf, withResults } from './check-results.ts';
import { runCheckDefinitions } from './check-runner.ts';
import { unlinked } from './provider-cache.ts';
import { type ConnectionRow, isLinked, type LinkedRow, selectConnections } from './row.ts';

/** Runs the checks of connections and keeps their results. */
export function createChecks(deps: {
  db: Db;
  clock: Clock;
  log: Logger;
  mustFind: (workspaceId: string, connectionId: string) => Promise<ConnectionRow>;
  createProvider: (row: LinkedRow) => Provider;
}) {
  const { db, clock, log } = deps;

  async function run(
    workspaceId: string,
    connectionId: string,
    options: { origins: readonly string[]; signal: AbortSignal; onCheck: (check: Check) => void },
  ): Promise<CheckRun> {
    options.signal.throwIfAborted();
    const row = await deps.mustFind(workspaceId, connectionId);
    if (!isLinked(row)) throw unlinked(row);
    // A provider of its own: one in use may hold a token that was revoked meanwhile.
    const provider = deps.createProvider(row);
    try {
      await setStatus(row, { status: 'verifying', status_reason: null, updated_at: clock.now() });
      const { container, prefix } = row.location as AzureLocation;
      const place = { container, prefix, origins: options.origins };
      const checks = await runCheckDefinitions(provider.checks, place, { ...options, clock, log });
      return await conclude(row, checks);
    } catch (error) {
      await settle(row);
      throw error;
    } finally {
      await provider.close();
    }
  }

  /** Stores results, unless they are of a credential that has been replaced. */
  async function conclude(row: LinkedRow, checks: Check[]): Promise<CheckRun> {
    const verdict = verdictOf(checks);
    await db.transaction().execute(async trx => {
      const same = await setStatus(
        row,
        { status: verdict.status, status_reason: verdict.statusReason, last_checked_at: clock.now() },
        trx,
      );
      if (!same) throw await replaced(trx, row);
      await replaceResults(trx, row.workspace_id, row.id, checks);
    });
    return { ...verdict, checks };
  }

  /** After a run that came to nothing: the status that the results stored before stand for. */
  async function settle(row: LinkedRow): Promise<void> {
    const results = await readResults(db, row.workspace_id, row.id);
    const { status, statusReason } = verdictOf([...results.values()]);
    await setStatus(row, { status, status_reason: statusReason });
  }

  /** Whether the connection is in use with the same credential, and so was changed. */
  async function setStatus(
    row: LinkedRow,
    status: { status: string; status_reason: string | null; last_checked_at?: Date; updated_at?: Date },
    trx: Db | Trx = db,
  ): Promise<boolean> {
    const { numUpdatedRows } = await trx
      .updateTable('connections')
      .set(status)
      .where('workspace_id', '=', row.workspace_id)
      .where('id', '=', row.id)
      .where('removed_at', 'is', null)
      .where('credential_sealed', '=', row.credential_sealed)
      .executeTakeFirst();
    return numUpdatedRows === 1n;
  }

  return {
    run,

    async latest(
      workspaceId: string,
      { id, status, statusReason }: Pick<Connection, 'id' | 'status' | 'statusReason'>,
      definitions: readonly CheckDefinition[],
    ): Promise<CheckRun> {
      const results = await readResults(db, workspaceId, id);
      return { status, statusReason, checks: withResults(definitions, results) };
    },

    /** Forgets results: they were of another credential. */
    clear: (trx: Trx, workspaceId: string, connectionId: string): Promise<void> =>
      replaceResults(trx, workspaceId, connectionId, []),
  };
}

async function replaced(trx: Trx, row: LinkedRow): Promise<MooringError> {
  const now = await selectConnections(trx, row.workspace_id)
    .where('connections.id', '=', row.id)
    .executeTakeFirst();
  if (!now) return notFound('connection', row.id);
  return new MooringError(
    'conflict',
    'The credential was replaced while these checks ran, so they say nothing about it.',
    {
      fix: 'Run the checks again.',
    },
  );
}
