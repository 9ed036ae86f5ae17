import type { Check, CheckRun } from '@mooring/contract';
import type { CheckDefinition, Clock } from '@mooring/storage/server';
import type { Updateable } from 'kysely';
import type { Db, Trx } from '../../catalogue/db.ts';
import type { Schema } from '../../catalogue/schema.ts';
import type { Logger } from '../../platform/log.ts';
import { MooringError, notFound } from '../../platform/problem.ts';
import { findRow, idsOf, isLinked, type LinkedRow, unlinked } from '../rows/row.ts';
import { announceStatus } from '../rows/status.ts';
import { nextCheckAt } from './recheck.ts';
import { ofBrowsers, readResults, replaceResults, verdictOfStored, withResults } from './results.ts';

export interface VerdictDeps {
  db: Db;
  clock: Clock;
  log: Logger;
  /** How long one check may take. */
  checkTimeoutSeconds: number;
}

/** Stores the results of a run and what they say of the connection, unless its credential has been replaced. */
export async function storeVerdict(
  { db, clock }: VerdictDeps,
  row: LinkedRow,
  { definitions, checks }: { definitions: readonly CheckDefinition[]; checks: Check[] },
  run: { by?: string | null | undefined; background?: boolean | undefined; origins: readonly string[] },
): Promise<CheckRun> {
  const { by = null, background = false, origins } = run;
  const ids = idsOf(row);
  return await db.transaction().execute(async trx => {
    // Also locks the row, so that two runs do not mix their results.
    const same = await setStatus(trx, row, { status: 'verifying', status_reason: null });
    if (!same) throw await replaced(trx, row);
    const only = checks.length < definitions.length ? checks.map(({ id }) => id) : undefined;
    await replaceResults(trx, ids, 'server', checks, { only });
    const results = await readResults(trx, ids, 'server');
    const verdict = verdictOfStored(definitions, results);
    const { status, statusReason: reason } = verdict;
    const at = clock.now();
    const failedChecks = status === 'healthy' || status === 'draft' ? 0 : row.failed_checks + 1;
    await setStatus(trx, row, {
      status,
      status_reason: reason,
      last_checked_at: at,
      failed_checks: failedChecks,
      next_check_at: nextCheckAt(status, failedChecks, at),
      ...(!background && origins.length > 0 && { checked_origins: [...origins] }),
    });
    await announceStatus(trx, { ...ids, name: row.name }, { status, reason, by, at });
    const browser = await readResults(trx, ids, 'browser');
    return { ...verdict, checks: [...withResults(definitions, results), ...ofBrowsers(browser)] };
  });
}

/** After a run that came to nothing: the status that the results stored before stand for. */
export async function settleStatus(
  db: Db,
  row: LinkedRow,
  definitions: readonly CheckDefinition[],
): Promise<void> {
  const results = await readResults(db, idsOf(row), 'server');
  const { status, statusReason } = verdictOfStored(definitions, results);
  await setStatus(db, row, { status, status_reason: statusReason });
}

/** Whether the connection is in use with the same credential, and so was changed. */
export async function setStatus(
  db: Db | Trx,
  row: LinkedRow,
  status: Updateable<Schema['connections']>,
): Promise<boolean> {
  const { numUpdatedRows } = await db
    .updateTable('connections')
    .set(status)
    .where('workspace_id', '=', row.workspace_id)
    .where('id', '=', row.id)
    .where('removed_at', 'is', null)
    .where('credential_version', '=', row.credential_version)
    .where('credential_sealed', 'is not', null)
    .executeTakeFirst();
  return numUpdatedRows === 1n;
}

async function replaced(trx: Trx, row: LinkedRow): Promise<MooringError> {
  const now = await findRow(trx, idsOf(row));
  if (!now) return notFound('connection', row.id);
  if (!isLinked(now)) return unlinked(now);
  return new MooringError(
    'conflict',
    'The credential was replaced while these checks ran, so they say nothing about it.',
    {
      fix: 'Run the checks again.',
    },
  );
}
