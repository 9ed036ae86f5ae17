import type { Check, CheckRun, Fix } from '@mooring/contract';
import type { Selectable } from 'kysely';
import type { Db, Trx } from '../catalogue/db.ts';
import type { Schema } from '../catalogue/schema.ts';
import type { CheckDefinition } from '../providers/provider.ts';
import { waitingCheck } from './check-runner.ts';

type CheckRow = Selectable<Schema['checks']>;
type Verdict = Pick<CheckRun, 'status' | 'statusReason'>;

/** What results say of the connection: a failure breaks it, a warning degrades it, the first one is the reason. */
export function verdictOf(results: readonly Pick<CheckRow, 'status' | 'observed'>[]): Verdict {
  const first = (status: Check['status']) => results.find(result => result.status === status);
  const failed = first('failed');
  if (failed) return { status: 'broken', statusReason: failed.observed };
  const warning = first('warning');
  if (warning) return { status: 'degraded', statusReason: warning.observed };
  return { status: results.length === 0 ? 'draft' : 'healthy', statusReason: null };
}

/** Puts the results of a run in the place of the last one's. */
export async function replaceResults(
  trx: Trx,
  workspaceId: string,
  connectionId: string,
  checks: readonly Check[],
): Promise<void> {
  await trx
    .deleteFrom('checks')
    .where('workspace_id', '=', workspaceId)
    .where('connection_id', '=', connectionId)
    .where('side', '=', 'server')
    .execute();
  if (checks.length === 0) return;
  await trx
    .insertInto('checks')
    .values(
      checks.map((check, position) => ({
        workspace_id: workspaceId,
        connection_id: connectionId,
        id: check.id,
        side: check.side,
        position,
        status: check.status,
        observed: check.observed,
        expected: check.expected,
        fix: check.fix && JSON.stringify(check.fix),
        duration_ms: check.durationMs,
        checked_at: check.checkedAt === null ? null : new Date(check.checkedAt),
      })),
    )
    .execute();
}

/** The results of the last run, by id. */
export async function readResults(
  db: Db | Trx,
  workspaceId: string,
  connectionId: string,
): Promise<Map<string, CheckRow>> {
  const rows = await db
    .selectFrom('checks')
    .selectAll()
    .where('workspace_id', '=', workspaceId)
    .where('connection_id', '=', connectionId)
    .where('side', '=', 'server')
    .orderBy('position')
    .execute();
  return new Map(rows.map(row => [row.id, row]));
}

/** The checks of a provider with their last results; those without one are waiting. */
export const withResults = (
  definitions: readonly CheckDefinition[],
  results: ReadonlyMap<string, CheckRow>,
): Check[] =>
  definitions.map(definition => {
    const waiting = waitingCheck(definition);
    const row = results.get(definition.id);
    if (!row) return waiting;
    return {
      ...waiting,
      status: row.status as Check['status'],
      observed: row.observed,
      expected: row.expected,
      fix: row.fix as Fix | null,
      durationMs: row.duration_ms,
      checkedAt: row.checked_at?.toISOString() ?? null,
    };
  });
