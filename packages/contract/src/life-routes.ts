import { z } from 'zod';
import { id, page, pageQuery } from './common.ts';
import {
  connection,
  connectionEvent,
  credentialReplacement,
  issuedUrls,
  unlinkResult,
} from './connection.ts';
import { defineRoute } from './route.ts';
import { webhook, webhookCreate, webhookCreated, webhookDelivery } from './webhook.ts';

const params = z.object({ connectionId: id('connection') });
const webhookParams = z.object({ webhookId: id('webhook') });

/** The life of a connection, and who is told of it. */
export const lifeRoutes = {
  replaceCredential: defineRoute({
    method: 'POST',
    path: '/v1/connections/:connectionId/credential',
    tag: 'connections',
    summary: 'Replace its credential without a gap',
    description:
      'The new one is tried first; it is refused (`credential_grants_less`) where it grants less than is in use. The old one works until then. An unlinked connection is linked again by it.',
    scope: 'admin',
    params,
    body: credentialReplacement,
    status: 200,
    response: connection,
  }),
  unlinkConnection: defineRoute({
    method: 'POST',
    path: '/v1/connections/:connectionId/unlink',
    tag: 'connections',
    summary: 'Stop every use of it at once, and forget its credential',
    description:
      'Running syncs end, cached keys are dropped, relay addresses and renewals are refused. Its assets stay in the catalogue. Says which URLs still work and until when, and what remains to be revoked in Azure.',
    scope: 'admin',
    params,
    status: 200,
    response: unlinkResult,
  }),
  getIssuedUrls: defineRoute({
    method: 'GET',
    path: '/v1/connections/:connectionId/issued-urls',
    tag: 'connections',
    summary: 'URLs that were handed out and still work',
    scope: 'read',
    params,
    status: 200,
    response: issuedUrls,
  }),
  listConnectionEvents: defineRoute({
    method: 'GET',
    path: '/v1/connections/:connectionId/events',
    tag: 'connections',
    summary: 'What happened to it, newest first',
    scope: 'read',
    params,
    query: pageQuery,
    status: 200,
    response: page(connectionEvent),
  }),
  listWebhooks: defineRoute({
    method: 'GET',
    path: '/v1/webhooks',
    tag: 'webhooks',
    summary: 'Outgoing webhooks, oldest first',
    scope: 'admin',
    query: pageQuery,
    status: 200,
    response: page(webhook),
  }),
  createWebhook: defineRoute({
    method: 'POST',
    path: '/v1/webhooks',
    tag: 'webhooks',
    summary: 'Tell a URL of events; the secret that signs them is shown only in this answer',
    scope: 'admin',
    body: webhookCreate,
    status: 201,
    response: webhookCreated,
  }),
  deleteWebhook: defineRoute({
    method: 'DELETE',
    path: '/v1/webhooks/:webhookId',
    tag: 'webhooks',
    summary: 'Tell it nothing more',
    scope: 'admin',
    params: webhookParams,
    status: 204,
    response: null,
  }),
  testWebhook: defineRoute({
    method: 'POST',
    path: '/v1/webhooks/:webhookId/test',
    tag: 'webhooks',
    summary: 'Send it one event now, and say what it answered',
    scope: 'admin',
    params: webhookParams,
    status: 200,
    response: webhookDelivery,
  }),
  listWebhookDeliveries: defineRoute({
    method: 'GET',
    path: '/v1/webhooks/:webhookId/deliveries',
    tag: 'webhooks',
    summary: 'What was sent, newest first, for 30 days',
    scope: 'admin',
    params: webhookParams,
    query: pageQuery,
    status: 200,
    response: page(webhookDelivery),
  }),
} as const;
