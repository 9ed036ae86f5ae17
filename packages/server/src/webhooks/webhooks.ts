import {
  type Page,
  WEBHOOK_EVENTS,
  type Webhook,
  type WebhookCreate,
  type WebhookCreated,
  type WebhookDelivery,
} from '@mooring/contract';
import type { Clock, Guard } from '@mooring/storage/server';
import { type RawBuilder, type Selectable, sql } from 'kysely';
import { decodeCursor, type PageRequest, pageById } from '../catalogue/cursor.ts';
import type { Db } from '../catalogue/db.ts';
import type { Schema } from '../catalogue/schema.ts';
import { webhookSecret } from '../catalogue/sealed-for.ts';
import { requireStorable } from '../catalogue/storable.ts';
import { newId } from '../platform/ids.ts';
import { requireOutgoingUrl } from '../platform/outgoing-url.ts';
import { notFound } from '../platform/problem.ts';
import type { SecretBox } from '../platform/secrets.ts';
import { attempt } from './attempt.ts';
import { newDelivery } from './emit.ts';
import { record } from './sender.ts';
import { newWebhookSecret } from './signature.ts';

const KEEP = '30 days';

type WebhookRow = Selectable<Schema['webhooks']> & {
  last_delivery_at: Date | null;
  last_error: string | null;
};
type DeliveryRow = Selectable<Schema['webhook_deliveries']>;

/** The receivers of events, and what became of each delivery. */
export function createWebhooks(deps: { db: Db; secrets: SecretBox; guard: Guard; clock: Clock }) {
  const { db, secrets, guard, clock } = deps;

  const select = (workspaceId: string) =>
    db
      .selectFrom('webhooks')
      .selectAll()
      .select([
        sql<Date | null>`(${latest(sql`delivered_at`, sql`status = 'delivered'`)})`.as('last_delivery_at'),
        sql<string | null>`(${latest(sql`error`, sql`attempts > 0`)})`.as('last_error'),
      ])
      .where('workspace_id', '=', workspaceId);

  async function mustFind(workspaceId: string, webhookId: string): Promise<WebhookRow> {
    const row = await select(workspaceId).where('id', '=', webhookId).executeTakeFirst();
    if (!row) throw notFound('webhook', webhookId);
    return row;
  }

  return {
    /**
     * The answer is the only place where the secret ever stands.
     * @throws MooringError `invalid_request` where the URL is not one that Mooring sends to
     */
    async create(
      workspaceId: string,
      { url, events = [...WEBHOOK_EVENTS] }: WebhookCreate,
    ): Promise<WebhookCreated> {
      requireStorable({ url });
      requireOutgoingUrl(url, guard, 'Mooring signs what it sends.');
      const now = clock.now();
      const id = newId('webhook', now.getTime());
      const secret = newWebhookSecret();
      const row = await db
        .insertInto('webhooks')
        .values({
          workspace_id: workspaceId,
          id,
          url,
          events: [...new Set(events)],
          secret_sealed: secrets.seal(secret, webhookSecret({ workspace_id: workspaceId, id, url })),
          created_at: now,
        })
        .returningAll()
        .executeTakeFirstOrThrow();
      return { ...toWebhook({ ...row, last_delivery_at: null, last_error: null }), secret };
    },

    /** Oldest first. */
    async list(workspaceId: string, { cursor, limit }: PageRequest): Promise<Page<Webhook>> {
      const rows = await select(workspaceId)
        .$if(cursor !== undefined, query => query.where('id', '>', decodeCursor(cursor!, 1)[0]!))
        .orderBy('id')
        .limit(limit + 1)
        .execute();
      return pageById(rows, limit, toWebhook);
    },

    /** Mooring sends it nothing more, not even what waits. @throws MooringError `not_found` */
    async delete(workspaceId: string, webhookId: string): Promise<void> {
      const { numDeletedRows } = await db
        .deleteFrom('webhooks')
        .where('workspace_id', '=', workspaceId)
        .where('id', '=', webhookId)
        .executeTakeFirst();
      if (numDeletedRows === 0n) throw notFound('webhook', webhookId);
    },

    /**
     * Sends one event of the type `webhook.test` now, and only once.
     * @throws MooringError `not_found`; that the receiver does not want it is in the answer
     */
    async test(workspaceId: string, webhookId: string, signal: AbortSignal): Promise<WebhookDelivery> {
      const webhook = await mustFind(workspaceId, webhookId);
      const event = { event: 'webhook.test', data: { webhookId }, now: clock.now() };
      const letter = newDelivery(workspaceId, webhookId, event);
      await db
        .insertInto('webhook_deliveries')
        .values({ ...letter, attempts: 1 })
        .execute();
      const { url, secret_sealed: secretSealed } = webhook;
      const ended = await attempt(
        { workspaceId, webhookId, url, secretSealed, deliveryId: letter.id, body: letter.body },
        deps,
        signal,
      );
      await record(db, { workspaceId, deliveryId: letter.id, attempts: 1 }, ended, { retry: false });
      const row = await db
        .selectFrom('webhook_deliveries')
        .selectAll()
        .where('workspace_id', '=', workspaceId)
        .where('id', '=', letter.id)
        .executeTakeFirst();
      if (!row) throw notFound('webhook', webhookId);
      return toDelivery(row);
    },

    /** Newest first. @throws MooringError `not_found` */
    async listDeliveries(
      workspaceId: string,
      webhookId: string,
      { cursor, limit }: PageRequest,
    ): Promise<Page<WebhookDelivery>> {
      await mustFind(workspaceId, webhookId);
      const rows = await db
        .selectFrom('webhook_deliveries')
        .selectAll()
        .where('workspace_id', '=', workspaceId)
        .where('webhook_id', '=', webhookId)
        .$if(cursor !== undefined, query => query.where('id', '<', decodeCursor(cursor!, 1)[0]!))
        .orderBy('id', 'desc')
        .limit(limit + 1)
        .execute();
      return pageById(rows, limit, toDelivery);
    },

    /** Forgets old deliveries, also those that no process will try again: a test whose server died. */
    async prune(): Promise<void> {
      await sql`delete from webhook_deliveries where created_at < ${clock.now()}::timestamptz - ${KEEP}::interval
        and (status <> 'waiting' or next_attempt_at is null)`.execute(db);
    },
  };
}
export type Webhooks = ReturnType<typeof createWebhooks>;

const latest = (column: RawBuilder<unknown>, condition: RawBuilder<unknown>) => sql`
  select ${column} from webhook_deliveries d
  where d.workspace_id = webhooks.workspace_id and d.webhook_id = webhooks.id and ${condition}
  order by d.id desc limit 1`;

const toWebhook = (row: WebhookRow): Webhook => ({
  id: row.id,
  url: row.url,
  events: row.events as Webhook['events'],
  lastDeliveryAt: row.last_delivery_at?.toISOString() ?? null,
  lastError: row.last_error,
  createdAt: row.created_at.toISOString(),
});

const toDelivery = (row: DeliveryRow): WebhookDelivery => ({
  id: row.id,
  event: row.event as WebhookDelivery['event'],
  status: row.status as WebhookDelivery['status'],
  attempts: row.attempts,
  responseStatus: row.response_status,
  error: row.error,
  nextAttemptAt: row.status === 'waiting' ? (row.next_attempt_at?.toISOString() ?? null) : null,
  createdAt: row.created_at.toISOString(),
  deliveredAt: row.delivered_at?.toISOString() ?? null,
});
