import type { Change, EventObject, EventReader, ParsedEvents } from '@mooring/storage/server';
import { z } from 'zod';
import { archiveStateOf } from './storage-object.ts';

// Events of a storage account, in both schemas that Event Grid delivers:
// https://learn.microsoft.com/azure/event-grid/event-schema-blob-storage

const data = z.looseObject({
  url: z.string().optional(),
  sourceUrl: z.string().optional(),
  destinationUrl: z.string().optional(),
  eTag: z.string().optional(),
  contentType: z.string().optional(),
  contentLength: z.number().int().min(0).optional(),
  accessTier: z.string().optional(),
  sequencer: z.string().max(200).optional(),
});
const subject = z.string().max(4000);
const event = z.union([
  z
    .looseObject({
      specversion: z.literal('1.0'),
      type: z.string(),
      subject,
      time: z.string().optional(),
      data,
    })
    .transform(({ type, subject, time, data }) => ({ type, subject, at: time, data })),
  z
    .looseObject({ eventType: z.string(), subject, eventTime: z.string(), data })
    .transform(({ eventType, subject, eventTime, data }) => ({
      type: eventType,
      subject,
      at: eventTime,
      data,
    })),
]);
type Event = z.output<typeof event>;

/** https://learn.microsoft.com/azure/event-grid/delivery-and-retry#output-batching */
const MOST_EVENTS = 5000;

/**
 * The changes in a body of Event Grid's: one event or many. Nothing in it makes this throw. Event Grid sends no more
 * than 5,000; what follows them counts as malformed.
 */
export function parseEvents(body: unknown): ParsedEvents {
  const items: unknown[] = Array.isArray(body) ? body : [body];
  const result: ParsedEvents = {
    changes: [],
    ignored: 0,
    malformed: Math.max(0, items.length - MOST_EVENTS),
  };
  for (const item of items.slice(0, MOST_EVENTS)) {
    const parsed = event.safeParse(item);
    if (!parsed.success) result.malformed++;
    else {
      const changes = changesOf(parsed.data);
      if (changes.length === 0) result.ignored++;
      result.changes.push(...changes);
    }
  }
  return result;
}

function changesOf(event: Event): Change[] {
  const { type, data } = event;
  const at = placeOf(event.subject);
  const one = (place: Place | null, kind: Change['kind'], object: EventObject | null): Change[] => {
    if (!place) return [];
    const key = kind === 'directory' ? place.key.replace(/\/$/, '') : place.key;
    return [{ container: place.container, key, kind, sequencer: data.sequencer ?? null, object }];
  };
  switch (type) {
    case 'Microsoft.Storage.BlobCreated':
    case 'Microsoft.Storage.BlobTierChanged':
    case 'Microsoft.Storage.AsyncOperationInitiated':
      return one(at, 'object', createdObject(event));
    case 'Microsoft.Storage.BlobDeleted':
      return one(at, 'object', { gone: true });
    case 'Microsoft.Storage.BlobRenamed':
      return [
        ...one(placeOfUrl(data.sourceUrl), 'object', { gone: true }),
        ...one(placeOfUrl(data.destinationUrl) ?? at, 'object', null),
      ];
    case 'Microsoft.Storage.DirectoryRenamed':
      return [
        ...one(placeOfUrl(data.sourceUrl), 'directory', null),
        ...one(placeOfUrl(data.destinationUrl) ?? at, 'directory', null),
      ];
    case 'Microsoft.Storage.DirectoryDeleted':
      return one(at, 'directory', null);
    default:
      return [];
  }
}

function createdObject({ at, data }: Event): EventObject | null {
  const { eTag, contentLength, contentType, accessTier } = data;
  if (!eTag || contentLength === undefined || !at || Number.isNaN(Date.parse(at))) return null;
  return {
    gone: false,
    etag: eTag.replace(/^(?:W\/)?"(.*)"$/, '$1'),
    sizeBytes: contentLength,
    contentType: contentType ?? null,
    tier: accessTier && accessTier !== 'Default' ? accessTier : null,
    archiveState: archiveStateOf(accessTier),
    at,
  };
}

type Place = Pick<Change, 'container' | 'key'>;

/** `/blobServices/default/containers/CONTAINER/blobs/KEY`; the key stands there as it is. */
function placeOf(subject: string): Place | null {
  const match = /^\/blobServices\/default\/containers\/([^/]+)\/blobs\/(.+)$/s.exec(subject);
  return match && { container: match[1]!, key: match[2]! };
}

/** The container and key in a URL of a blob or dfs endpoint with the account in its host name. */
function placeOfUrl(url: string | undefined): Place | null {
  if (!url || !URL.canParse(url)) return null;
  const match = /^\/([^/]+)\/(.+)$/s.exec(new URL(url).pathname);
  if (!match) return null;
  try {
    return { container: match[1]!, key: decodeURIComponent(match[2]!) };
  } catch {
    return null; // not percent-encoded UTF-8: no key of a blob
  }
}

const validation = z
  .array(
    z.looseObject({
      eventType: z.literal('Microsoft.EventGrid.SubscriptionValidationEvent'),
      data: z.looseObject({ validationCode: z.string() }),
    }),
  )
  .min(1);

/**
 * Event Grid, in both of its schemas, with the handshakes by which it makes sure that it may post:
 * https://learn.microsoft.com/azure/event-grid/end-point-validation-event-grid-events-schema and
 * https://github.com/cloudevents/spec/blob/v1.0/http-webhook.md#4-abuse-protection
 */
export const azureEvents: EventReader = {
  mediaTypes: ['application/cloudevents+json', 'application/cloudevents-batch+json'],
  parse: parseEvents,
  handshake({ method, headers, body }) {
    if (method === 'OPTIONS') {
      const origin = headers['webhook-request-origin'];
      const allowed: Record<string, string> =
        typeof origin === 'string' ? { 'webhook-allowed-origin': origin, 'webhook-allowed-rate': '*' } : {};
      return { headers: { ...allowed, allow: 'POST' }, body: undefined };
    }
    if (headers['aeg-event-type'] !== 'SubscriptionValidation') return null;
    const handshake = validation.safeParse(body);
    if (!handshake.success) {
      return {
        refused: 'The subscription validation carries no validationCode.',
        fix: 'Make the event subscription again, so that Event Grid sends it.',
      };
    }
    return { headers: {}, body: { validationResponse: handshake.data[0]!.data.validationCode } };
  },
};
