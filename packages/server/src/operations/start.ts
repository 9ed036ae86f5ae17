import { OPERATION_KINDS, type Operation, type OperationKind, type OperationOf } from '@mooring/contract';
import type { Clock } from '@mooring/storage/server';
import type { Trx } from '../catalogue/db.ts';
import { newId } from '../platform/ids.ts';
import { MooringError } from '../platform/problem.ts';
import { IS_ACTIVE, toOperation } from './row.ts';
import { notifyStatus } from './status-notices.ts';

/** An operation to start: its kind, and a subject such as that kind is about. */
export type OperationStart = { [K in OperationKind]: StartOf<K> }[OperationKind];

interface StartOf<K extends OperationKind> {
  kind: K;
  subject: OperationOf<K>['subject'];
  /** What `done` and `total` count, in the plural, e.g. `objects`. */
  unit: string;
  /** What the first take-up gets instead of null, e.g. what was asked for. */
  checkpoint?: object;
  /** Stays as it is for every take-up. */
  options?: object;
}

/**
 * Makes an operation that is due at once, unless one of this kind for this subject has not finished.
 * @throws MooringError `sync_already_running` or `conflict`, as the kind says, with that one's id
 */
export async function startOperation(
  trx: Trx,
  workspaceId: string,
  { kind, subject, unit, checkpoint, options }: OperationStart,
  { clock }: { clock: Clock },
): Promise<Operation> {
  const now = clock.now();
  // One that finishes between the insert and the select lets the next round through.
  for (;;) {
    const row = await trx
      .insertInto('operations')
      .values({
        workspace_id: workspaceId,
        id: newId('operation', now.getTime()),
        kind,
        status: 'queued',
        subject_type: subject.type,
        subject_id: subject.id,
        unit,
        checkpoint: checkpoint ? JSON.stringify(checkpoint) : null,
        options: options ? JSON.stringify(options) : null,
        created_at: now,
        updated_at: now,
      })
      .onConflict(conflict =>
        conflict.columns(['workspace_id', 'kind', 'subject_id']).where(IS_ACTIVE).doNothing(),
      )
      .returningAll()
      .executeTakeFirst();
    if (row) {
      await notifyStatus(trx, row.id, 'queued');
      return toOperation(row);
    }
    const active = await trx
      .selectFrom('operations')
      .select('id')
      .where('workspace_id', '=', workspaceId)
      .where('kind', '=', kind)
      .where('subject_id', '=', subject.id)
      .where(IS_ACTIVE)
      .executeTakeFirst();
    if (active) throw alreadyRunning(kind, subject, active.id);
  }
}

function alreadyRunning(
  kind: OperationKind,
  subject: Operation['subject'],
  operationId: string,
): MooringError {
  return new MooringError(
    OPERATION_KINDS[kind].whileActive,
    `The ${kind} operation ${operationId} of ${subject.type} ${subject.id} has not finished yet.`,
    {
      fix: `Wait for ${operationId}${OPERATION_KINDS[kind].canCancel ? ', or cancel it first' : ''}.`,
      operationId,
    },
  );
}
