import type { WebhookEvent } from '@mooring/contract';
import { sql } from 'kysely';
import type { Db, Trx } from '../catalogue/db.ts';
import { newId } from '../platform/ids.ts';
import type { WebhookData } from './events.ts';

/** Wakes the senders of every process. */
export const SEND_CHANNEL = 'mooring_webhook';

/**
 * Tells every webhook of the workspace that wants the event, once the transaction of the change commits. Costs one
 * look where there is none.
 */
export async function emit<E extends WebhookEvent>(
  trx: Trx,
  workspaceId: string,
  event: E,
  data: WebhookData[E],
): Promise<void> {
  const webhooks = await trx
    .selectFrom('webhooks')
    .select(['id', sql<Date>`now()`.as('now')])
    .where('workspace_id', '=', workspaceId)
    .where(sql<boolean>`${event} = any(events)`)
    .execute();
  if (webhooks.length === 0) return;
  await trx
    .insertInto('webhook_deliveries')
    .values(
      webhooks.map(({ id, now }) => ({
        ...newDelivery(workspaceId, id, { event, data, now }),
        next_attempt_at: now,
      })),
    )
    .execute();
  await wakeSenders(trx);
}

/** The row of a delivery that waits. It is not due until its time is set. */
export function newDelivery(
  workspaceId: string,
  webhookId: string,
  { event, data, now }: { event: string; data: object; now: Date },
) {
  return {
    workspace_id: workspaceId,
    id: newId('delivery', now.getTime()),
    webhook_id: webhookId,
    event,
    body: JSON.stringify({ type: event, timestamp: now.toISOString(), data }),
    status: 'waiting',
    created_at: now,
  };
}

const wakeSenders = (db: Db | Trx) => sql`select pg_notify(${SEND_CHANNEL}, '')`.execute(db);
