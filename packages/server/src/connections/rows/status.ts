import type { ConnectionStatus } from '@mooring/contract';
import { sql } from 'kysely';
import type { Db, Trx } from '../../catalogue/db.ts';
import type { Session } from '../../platform/session.ts';
import { emit } from '../../webhooks/emit.ts';
import { type ConnectionIds, latestStatus, recordEvent } from './history.ts';

export interface NewStatus {
  status: ConnectionStatus;
  reason: string | null;
  /** Name of the member or token; null: Mooring itself. */
  by: string | null;
  at: Date;
}

/** Tells of the status of a connection, in its history and to webhooks, where it is another than before. */
export async function tellStatus(
  trx: Trx,
  { name, ...ids }: ConnectionIds & { name: string },
  { status, reason, by, at }: NewStatus,
): Promise<void> {
  const previousStatus = await latestStatus(trx, ids);
  if (previousStatus === status) return;
  const detail = reason ?? (status === 'healthy' ? 'Every check passed.' : '');
  await recordEvent(trx, ids, { kind: 'status-changed', status, detail, by, at });
  await emit(trx, ids.workspaceId, 'connection.status_changed', {
    connectionId: ids.connectionId,
    name,
    status,
    previousStatus: previousStatus ?? 'draft',
    reason,
  });
}

const CHANNEL = 'mooring_connection';

/** Makes every process look again whether and how a connection may be used; inside a transaction, when it commits. */
export const announceUse = (db: Db | Trx, { workspaceId, connectionId }: ConnectionIds) =>
  sql`select pg_notify(${CHANNEL}, ${`${workspaceId} ${connectionId}`})`.execute(db);

/** Hears of those changes. Some are missed while the session reconnects, so nothing relies on it alone. */
export function hearUse(
  session: Session,
  on: (workspaceId: string, connectionId: string) => void,
): () => void {
  return session.listen(CHANNEL, payload => {
    const [workspaceId = '', connectionId = ''] = payload.split(' ');
    on(workspaceId, connectionId);
  });
}
