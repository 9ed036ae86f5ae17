import type { OperationStatus } from '@mooring/contract';
import { sql } from 'kysely';
import type { Db } from '../catalogue/db.ts';
import type { Session } from '../platform/session.ts';

const CHANNEL = 'mooring_operation';

/** Notifies every process that an operation has moved; inside a transaction, when that commits. */
export async function notifyStatus(db: Db, operationId: string, status: OperationStatus): Promise<void> {
  await sql`select pg_notify(${CHANNEL}, ${`${operationId} ${status}`})`.execute(db);
}

/**
 * Calls back for every operation that moves, in any process; returns how to end that. Notices are missed while the
 * session connects again.
 */
export function onStatus(session: Session, call: (operationId: string, status: string) => void): () => void {
  return session.listen(CHANNEL, payload => {
    const [operationId = '', status = ''] = payload.split(' ');
    call(operationId, status);
  });
}
