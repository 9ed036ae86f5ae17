import type { ConnectionEvent, ConnectionStatus, Page } from '@mooring/contract';
import { decodeCursor, encodeCursor } from '../../catalogue/cursor.ts';
import type { Db, Trx } from '../../catalogue/db.ts';
import { redact } from '../../platform/log.ts';
import { MooringError } from '../../platform/problem.ts';
import type { ConnectionIds } from './row.ts';

export interface NewEvent {
  kind: ConnectionEvent['kind'];
  /** After it. */
  status: ConnectionStatus;
  detail: string;
  /** Name of the member or token; null: Mooring itself. */
  by: string | null;
  at: Date;
  /** Names what is written only once, such as a threshold. */
  once?: string;
}

/** Writes down what happened to a connection. False: it is written only once, and is there already. */
export async function recordEvent(
  trx: Trx,
  { workspaceId, connectionId }: ConnectionIds,
  { once, detail, ...event }: NewEvent,
): Promise<boolean> {
  const { numInsertedOrUpdatedRows } = await trx
    .insertInto('connection_events')
    .values({
      workspace_id: workspaceId,
      connection_id: connectionId,
      ...event,
      detail: redact(detail),
      once: once ?? null,
    })
    .onConflict(conflict => conflict.columns(['workspace_id', 'connection_id', 'once']).doNothing())
    .executeTakeFirst();
  return numInsertedOrUpdatedRows === 1n;
}

/** The status after the latest event. `verifying` does not count: it is no verdict. Null where there is none. */
export async function latestStatus(trx: Trx, ids: ConnectionIds): Promise<ConnectionStatus | null> {
  const row = await of(trx, ids)
    .select('status')
    .where('status', '<>', 'verifying')
    .orderBy('seq', 'desc')
    .limit(1)
    .executeTakeFirst();
  return (row?.status as ConnectionStatus | undefined) ?? null;
}

/** Newest first. @throws MooringError `invalid_request` for a bad cursor */
export async function listEvents(
  db: Db,
  ids: ConnectionIds,
  { cursor, limit }: { cursor?: string | undefined; limit: number },
): Promise<Page<ConnectionEvent>> {
  const rows = await of(db, ids)
    .selectAll()
    .$if(cursor !== undefined, query => query.where('seq', '<', sequenceOf(cursor!)))
    .orderBy('seq', 'desc')
    .limit(limit + 1)
    .execute();
  const last = rows[limit - 1];
  return {
    items: rows.slice(0, limit).map(({ at, kind, status, detail, by }) => ({
      at: at.toISOString(),
      kind: kind as ConnectionEvent['kind'],
      status: status as ConnectionStatus,
      detail,
      by,
    })),
    nextCursor: rows.length > limit && last ? encodeCursor(String(last.seq)) : null,
  };
}

const of = (db: Db | Trx, { workspaceId, connectionId }: ConnectionIds) =>
  db
    .selectFrom('connection_events')
    .where('workspace_id', '=', workspaceId)
    .where('connection_id', '=', connectionId);

function sequenceOf(cursor: string): number {
  const sequence = Number(decodeCursor(cursor, 1)[0]);
  if (Number.isSafeInteger(sequence)) return sequence;
  throw new MooringError('invalid_request', 'The cursor is of another list.', {
    fix: 'Pass the nextCursor of the previous page, unchanged. Or leave the cursor out to begin again.',
  });
}
