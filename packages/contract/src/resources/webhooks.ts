import { z } from 'zod';
import { id, page, pageQuery, timestamp } from '../common.ts';
import { defineRoute } from '../route.ts';

/** The events that outgoing webhooks send. Signed as https://www.standardwebhooks.com says. */
export const WEBHOOK_EVENTS = [
  'connection.status_changed',
  'connection.credential_expiring',
  'connection.unlinked',
  'sync.finished',
  'sync.failed',
  'assets.added',
  'assets.removed',
] as const;

export const webhookEvent = z.enum(WEBHOOK_EVENTS);
export type WebhookEvent = z.infer<typeof webhookEvent>;

export const webhook = z
  .object({
    id: id('webhook'),
    url: z.url(),
    events: z.array(webhookEvent),
    lastDeliveryAt: timestamp.nullable(),
    lastError: z.string().nullable().meta({ description: 'Of the latest delivery; null where it arrived' }),
    createdAt: timestamp,
  })
  .meta({ id: 'Webhook' });
export type Webhook = z.infer<typeof webhook>;

export const webhookCreate = z.strictObject({
  url: z.url().max(2000),
  events: z
    .array(webhookEvent)
    .min(1)
    .default([...WEBHOOK_EVENTS]),
});
export type WebhookCreate = z.input<typeof webhookCreate>;

export const webhookCreated = webhook
  .extend({ secret: z.string().meta({ description: 'Verifies signatures; shown only in this answer' }) })
  .meta({ id: 'WebhookCreated' });
export type WebhookCreated = z.infer<typeof webhookCreated>;

export const webhookDelivery = z
  .object({
    id: id('delivery'),
    event: z.enum([...WEBHOOK_EVENTS, 'webhook.test']),
    status: z.enum(['waiting', 'delivered', 'failed']),
    attempts: z.number().int(),
    responseStatus: z.number().int().nullable(),
    error: z.string().nullable(),
    nextAttemptAt: timestamp.nullable(),
    createdAt: timestamp,
    deliveredAt: timestamp.nullable(),
  })
  .meta({ id: 'WebhookDelivery' });
export type WebhookDelivery = z.infer<typeof webhookDelivery>;

const params = z.object({ webhookId: id('webhook') });

/** Outgoing webhooks, and what they sent. */
export const webhookRoutes = {
  listWebhooks: defineRoute({
    method: 'GET',
    path: '/v1/webhooks',
    tag: 'webhooks',
    summary: 'Outgoing webhooks, oldest first',
    action: 'webhooks.see',
    query: pageQuery,
    status: 200,
    response: page(webhook),
  }),
  createWebhook: defineRoute({
    method: 'POST',
    path: '/v1/webhooks',
    tag: 'webhooks',
    summary: 'Send events to a URL; the secret that signs them is shown only in this answer',
    action: 'webhooks.change',
    body: webhookCreate,
    status: 201,
    response: webhookCreated,
    audit: 'webhook.created',
  }),
  deleteWebhook: defineRoute({
    method: 'DELETE',
    path: '/v1/webhooks/:webhookId',
    tag: 'webhooks',
    summary: 'Send it no more events',
    action: 'webhooks.change',
    params,
    status: 204,
    response: null,
    audit: 'webhook.removed',
  }),
  testWebhook: defineRoute({
    method: 'POST',
    path: '/v1/webhooks/:webhookId/test',
    tag: 'webhooks',
    summary: 'Send it one event now, and say what it answered',
    action: 'webhooks.change',
    params,
    status: 200,
    response: webhookDelivery,
  }),
  listWebhookDeliveries: defineRoute({
    method: 'GET',
    path: '/v1/webhooks/:webhookId/deliveries',
    tag: 'webhooks',
    summary: 'What was sent, newest first, for 30 days',
    action: 'webhooks.see',
    params,
    query: pageQuery,
    status: 200,
    response: page(webhookDelivery),
  }),
} as const;
