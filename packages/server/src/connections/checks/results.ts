import { BROWSER_CHECKS, CHECKS, type Check, type CheckId, type CheckRun, type Fix } from '@mooring/contract';
import type { CheckDefinition } from '@mooring/storage/server';
import type { Selectable } from 'kysely';
import type { Db, Trx } from '../../catalogue/db.ts';
import type { Schema } from '../../catalogue/schema.ts';
import type { ConnectionIds } from '../rows/row.ts';
import { waitingCheck } from './runner.ts';

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

/** The same for stored results, some of which may be missing: where nothing failed it is then a draft. */
export function verdictOfStored(
  definitions: readonly Pick<CheckDefinition, 'id'>[],
  results: ReadonlyMap<string, CheckRow>,
): Verdict {
  const verdict = verdictOf([...results.values()]);
  // What was held up by another has no time.
  const isComplete = definitions.every(({ id }) => results.get(id)?.checked_at);
  if (verdict.status === 'broken' || isComplete) return verdict;
  return { status: 'draft', statusReason: results.size > 0 ? 'Not every check has run.' : null };
}

/** Puts the results of a run in the place of those that one side had, or of those of the same checks. */
export async function replaceResults(
  trx: Trx,
  { workspaceId, connectionId }: ConnectionIds,
  side: Check['side'],
  checks: readonly Check[],
  { only }: { only?: readonly CheckId[] | undefined } = {},
): Promise<void> {
  await trx
    .deleteFrom('checks')
    .where('workspace_id', '=', workspaceId)
    .where('connection_id', '=', connectionId)
    .where('side', '=', side)
    .$if(only !== undefined, query => query.where('id', 'in', [...only!]))
    .execute();
  if (checks.length === 0) return;
  await trx
    .insertInto('checks')
    .values(
      checks.map(check => ({
        workspace_id: workspaceId,
        connection_id: connectionId,
        id: check.id,
        side: check.side,
        position: ORDER.indexOf(check.id),
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

/** Forgets all results of a connection: they were of another credential. */
export async function clearResults(trx: Trx, ids: ConnectionIds): Promise<void> {
  for (const side of ['server', 'browser'] as const) await replaceResults(trx, ids, side, []);
}

const ORDER = Object.keys(CHECKS);

/** The last results of one side, by id, in their order. */
export async function readResults(
  db: Db | Trx,
  { workspaceId, connectionId }: ConnectionIds,
  side: Check['side'],
): Promise<Map<string, CheckRow>> {
  const rows = await db
    .selectFrom('checks')
    .selectAll()
    .where('workspace_id', '=', workspaceId)
    .where('connection_id', '=', connectionId)
    .where('side', '=', side)
    .orderBy('position')
    .execute();
  return new Map(rows.map(row => [row.id, row]));
}

/** The latest results of both sides, beside the connection's status. */
export async function readCheckRun(
  db: Db,
  ids: ConnectionIds,
  { status, statusReason }: Verdict,
  definitions: readonly CheckDefinition[],
): Promise<CheckRun> {
  const server = withResults(definitions, await readResults(db, ids, 'server'));
  const browser = ofBrowsers(await readResults(db, ids, 'browser'));
  return { status, statusReason, checks: [...server, ...browser] };
}

/** The checks of a provider with their last results; those without one are waiting. */
export const withResults = (
  definitions: readonly CheckDefinition[],
  results: ReadonlyMap<string, CheckRow>,
): Check[] =>
  definitions.map(definition => {
    const waiting = waitingCheck(definition);
    const row = results.get(definition.id);
    return row ? { ...waiting, ...resultOf(row) } : waiting;
  });

/** What browsers found, as far as one has looked. */
export const ofBrowsers = (results: ReadonlyMap<string, CheckRow>): Check[] =>
  BROWSER_CHECKS.flatMap(id => {
    const row = results.get(id);
    return row ? [{ ...waitingCheck({ id, dependsOn: [] }), side: 'browser', ...resultOf(row) }] : [];
  });

const resultOf = (row: CheckRow) => ({
  status: row.status as Check['status'],
  observed: row.observed,
  expected: row.expected,
  fix: row.fix as Fix | null,
  durationMs: row.duration_ms,
  checkedAt: row.checked_at?.toISOString() ?? null,
});
