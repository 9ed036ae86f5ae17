import type { OperationStatus } from '@mooring/contract';
import { sql } from 'kysely';
import type { Db } from '../catalogue/db.ts';
import type { Session } from '../platform/session.ts';

const CHANNEL = 'mooring_operation';

/** Tells every process that an operation moved; inside a transaction, when it commits. */
export async function announce(db: Db, operationId: string, status: OperationStatus): Promise<void> {
  await sql`select pg_notify(${CHANNEL}, ${`${operationId} ${status}`})`.execute(db);
}

/** Hears of every operation that moves, in whatever process. Some are missed while the session reconnects. */
export function hear(session: Session, on: (operationId: string, status: string) => void): () => void {
  return session.listen(CHANNEL, payload => {
    const [operationId = '', status = ''] = payload.split(' ');
    on(operationId, status);
  });
}
