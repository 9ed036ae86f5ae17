import type { Operation, OperationStatus } from '@mooring/contract';
import { type Selectable, sql } from 'kysely';
import type { Schema } from '../catalogue/schema.ts';

export type OperationRow = Selectable<Schema['operations']>;

/** Literal, so that it matches the index `operations_one_active`. */
export const IS_ACTIVE = sql<boolean>`status in ('queued', 'running', 'paused', 'cancelling')`;

export const toSubject = (row: Pick<OperationRow, 'subject_type' | 'subject_id'>): Operation['subject'] => ({
  type: row.subject_type as Operation['subject']['type'],
  id: row.subject_id,
});

/** A row as the API shows it. */
export function toOperation(row: OperationRow): Operation {
  // What the handler of a kind writes is typed by that kind, and so is what is read back.
  return {
    id: row.id,
    kind: row.kind as Operation['kind'],
    status: row.status as OperationStatus,
    subject: toSubject(row),
    done: row.done,
    // What was expected at the beginning; where there are more, it is not known how many.
    total: row.total !== null && row.done > row.total ? null : row.total,
    unit: row.unit,
    counts: row.counts as Operation['counts'],
    report: row.report as Operation['report'],
    errorCount: row.error_count,
    problem: row.problem as Operation['problem'],
    attempts: row.attempts,
    createdAt: row.created_at.toISOString(),
    startedAt: row.started_at?.toISOString() ?? null,
    finishedAt: row.finished_at?.toISOString() ?? null,
    durationMs:
      row.started_at && row.finished_at ? row.finished_at.getTime() - row.started_at.getTime() : null,
  } as Operation;
}
