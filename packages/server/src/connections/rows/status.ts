import type { ConnectionStatus } from '@mooring/contract';
import type { Trx } from '../../catalogue/db.ts';
import { emit } from '../../webhooks/emit.ts';
import { latestStatus, recordEvent } from './history.ts';
import type { ConnectionIds } from './row.ts';

export interface NewStatus {
  status: ConnectionStatus;
  reason: string | null;
  /** Name of the member or token; null: Mooring itself. */
  by: string | null;
  at: Date;
}

/** Announces the status of a connection in its history and to webhooks, where it differs from the one before. */
export async function announceStatus(
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
