import { z } from 'zod';
import { id, timestamp } from '../common.ts';
import { fix } from '../fix.ts';
import { defineRoute } from '../route.ts';
import { feedCreate } from '../storage-kinds.ts';
import { operation } from './operations.ts';
import { sourceParams } from './sources.ts';

export const feed = z
  .object({
    id: id('feed'),
    sourceId: id('source'),
    kind: z.string().meta({ description: 'One of the ways of the storage kind' }),
    address: z.record(z.string(), z.string()).nullable().meta({
      description:
        'Where Mooring reads messages, in the fields that the feed was made with; null where the service posts them',
    }),
    receivedCount: z.number().int().meta({ description: 'Events that came' }),
    appliedCount: z.number().int().meta({ description: 'Events after which an asset was written' }),
    waitingCount: z.number().int().meta({ description: 'Events that came and are not processed yet' }),
    droppedCount: z.number().int().meta({
      description: 'Events that were dropped because too many waited; a full sync finds what they reported',
    }),
    lastEventAt: timestamp.nullable(),
    lastError: z
      .string()
      .nullable()
      .meta({ description: 'Why events cannot be processed; null while they can' }),
    remedy: fix.nullable().meta({ description: 'How to resolve that, where it is known' }),
    unreadableCount: z.number().int().meta({
      description:
        'Objects and directories that events named and that cannot be looked at. Other events go on',
    }),
    unreadable: z
      .array(
        z.object({
          key: z.string(),
          kind: z.enum(['object', 'directory']),
          problem: z.string().meta({ description: 'Why the latest look failed, and what to do' }),
          remedy: fix.nullable().meta({ description: 'The same with what to copy, where that is known' }),
          attempts: z.number().int().meta({ description: 'Looks that have failed' }),
          since: timestamp,
          nextLookAt: timestamp,
        }),
      )
      .meta({
        description:
          'The first 20 of those. Each is looked at again, later and later, at least once an hour; a full sync resolves them all',
      }),
    syncWanted: z.object({ since: timestamp, reason: z.string() }).nullable().meta({
      description:
        'Why only a full sync can update the source; it starts by itself as soon as the connection can be used',
    }),
    repaired: z
      .object({ operationId: id('operation'), at: timestamp, assets: z.number().int() })
      .nullable()
      .meta({ description: 'What the latest full sync corrected because no event reported it' }),
    createdAt: timestamp,
  })
  .meta({ id: 'Feed' });
export type Feed = z.infer<typeof feed>;

export const feedCreated = feed
  .extend({
    webhookUrl: z.url().nullable().meta({
      description: 'For the event subscription. Holds a secret, and is shown only in this answer',
    }),
  })
  .meta({ id: 'FeedCreated' });
export type FeedCreated = z.infer<typeof feedCreated>;

export const inventoryRequest = z.strictObject({
  container: z.string().min(1).max(255).meta({ description: 'Where the report is' }),
  key: z.string().min(1).max(1024).meta({
    description: 'Of the manifest of the report, or of one of its files: CSV or Parquet',
  }),
  mode: z.enum(['seed', 'check']),
});
export type InventoryRequest = z.input<typeof inventoryRequest>;

/** How a source stays current between syncs: the storage says what changed. */
export const feedRoutes = {
  listFeeds: defineRoute({
    method: 'GET',
    path: '/v1/sources/:sourceId/feeds',
    tag: 'sources',
    summary: 'What reports changes in the source',
    action: 'connections.read',
    params: sourceParams,
    status: 200,
    response: z.object({ items: z.array(feed) }).meta({ id: 'FeedList' }),
  }),
  createFeed: defineRoute({
    method: 'POST',
    path: '/v1/sources/:sourceId/feeds',
    tag: 'sources',
    summary: 'Follow changes in the storage as they happen',
    description:
      'Events say which object to look at; what is there now is read from the storage, so their order and repetition do not matter. A full sync still corrects what no event reported.',
    action: 'connections.change',
    params: sourceParams,
    body: feedCreate,
    status: 201,
    response: feedCreated,
    audit: 'feed.created',
  }),
  deleteFeed: defineRoute({
    method: 'DELETE',
    path: '/v1/sources/:sourceId/feeds/:feedId',
    tag: 'sources',
    summary: 'Stop following it. Remove the subscription at the storage too',
    action: 'connections.change',
    params: sourceParams.extend({ feedId: id('feed') }),
    status: 204,
    response: null,
    audit: 'feed.removed',
  }),
  readInventory: defineRoute({
    method: 'POST',
    path: '/v1/sources/:sourceId/inventory',
    tag: 'sources',
    summary: 'Seed a source from an inventory report, or check it against one',
    description:
      '`seed` adds what the catalogue does not know yet, and leaves the rest to the next sync. `check` writes nothing: the counts of the operation say what differs, and its errors name the first hundred.',
    action: 'sources.change',
    params: sourceParams,
    body: inventoryRequest,
    status: 202,
    response: operation,
  }),
} as const;
