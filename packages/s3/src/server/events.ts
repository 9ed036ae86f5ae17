import type { Change, EventReader, ParsedEvents } from '@mooring/storage/server';
import { z } from 'zod';

// What S3 says of changes, in each form in which it arrives:
// notifications, as SQS, MinIO and Ceph bring them, also inside a message of SNS:
// https://docs.aws.amazon.com/AmazonS3/latest/userguide/notification-content-structure.html
// events of EventBridge: https://docs.aws.amazon.com/AmazonS3/latest/userguide/ev-events.html

const object = z.looseObject({
  key: z.string().min(1).max(4000),
  sequencer: z.string().max(200).optional(),
  versionId: z.string().optional(),
  'version-id': z.string().optional(),
});
const bucket = z.looseObject({ name: z.string().min(1).max(255) });

const record = z.looseObject({ eventName: z.string(), s3: z.looseObject({ bucket, object }) });
const notification = z.looseObject({ Records: z.array(z.unknown()) });
const testEvent = z.looseObject({ Event: z.literal('s3:TestEvent') });
const fromSns = z.looseObject({ Type: z.string(), Message: z.string() });
const fromEventBridge = z.looseObject({
  source: z.literal('aws.s3'),
  'detail-type': z.string(),
  detail: z.looseObject({ bucket, object, 'deletion-type': z.string().optional() }),
});

/** Services send one record, or ten messages of one. */
const MOST_RECORDS = 1000;

/** The changes in a body or a message. Nothing in it makes this throw; what follows 1,000 records counts as malformed. */
export function parseEvents(body: unknown): ParsedEvents {
  const wrapped = fromSns.safeParse(body);
  if (wrapped.success) return wrapped.data.Type === 'Notification' ? unwrap(wrapped.data.Message) : IGNORED;
  if (testEvent.safeParse(body).success) return IGNORED;
  const bridged = fromEventBridge.safeParse(body);
  if (bridged.success) return parsed([changeOfEvent(bridged.data)], 0);
  const records = notification.safeParse(body);
  if (!records.success) return MALFORMED;
  const all = records.data.Records;
  return parsed(all.slice(0, MOST_RECORDS).map(changeOfRecord), Math.max(0, all.length - MOST_RECORDS));
}

const IGNORED: ParsedEvents = { changes: [], ignored: 1, malformed: 0 };
const MALFORMED: ParsedEvents = { changes: [], ignored: 0, malformed: 1 };

/** A notification of SNS holds that of S3 as a text; a second envelope is none. */
function unwrap(text: string): ParsedEvents {
  try {
    const body: unknown = JSON.parse(text);
    return fromSns.safeParse(body).success ? MALFORMED : parseEvents(body);
  } catch {
    return MALFORMED;
  }
}

/** @param found a change; `ignored` for an event that tells of none; null for what is no event */
function parsed(found: readonly (Change | 'ignored' | null)[], malformed: number): ParsedEvents {
  return {
    changes: found.filter(one => one !== null && one !== 'ignored'),
    ignored: found.filter(one => one === 'ignored').length,
    malformed: malformed + found.filter(one => one === null).length,
  };
}

/** Keys of notifications are encoded as in forms: `+` is a space. */
function changeOfRecord(item: unknown): Change | 'ignored' | null {
  const read = record.safeParse(item);
  if (!read.success) return null;
  const { eventName, s3 } = read.data;
  const name = eventName.replace(/^s3:/, '');
  const key = decodeForm(s3.object.key);
  if (key === null) return null;
  if (!/^(Object(Created|Removed|Restore)|Lifecycle(Expiration|Transition)|IntelligentTiering)\b/.test(name))
    return 'ignored';
  const isRemoval = /^(ObjectRemoved|LifecycleExpiration)/.test(name);
  const isMarker = name.endsWith('DeleteMarkerCreated');
  return changeOf(s3.bucket.name, { ...s3.object, key }, isRemoval, isMarker);
}

function changeOfEvent({
  'detail-type': type,
  detail,
}: z.output<typeof fromEventBridge>): Change | 'ignored' {
  if (
    !/^Object (Created|Deleted|Restore Completed|Restore Expired|Storage Class Changed|Access Tier Changed)$/.test(
      type,
    )
  )
    return 'ignored';
  const isMarker = detail['deletion-type'] === 'Delete Marker Created';
  return changeOf(detail.bucket.name, detail.object, type === 'Object Deleted', isMarker);
}

/**
 * A place to look at. No event says the storage class, which listings say, so none describes the object that is there
 * now. That it is gone is certain where a marker was made, and where no version was named: with one, an older version
 * may be what was deleted.
 */
function changeOf(
  container: string,
  { key, sequencer, ...versions }: z.output<typeof object>,
  isRemoval: boolean,
  isMarker: boolean,
): Change {
  const version = versions.versionId ?? versions['version-id'];
  const isGone = isRemoval && (isMarker || version === undefined);
  const order = sequencer === undefined ? null : padded(sequencer);
  return { container, key, kind: 'object', sequencer: order, object: isGone ? { gone: true } : null };
}

/** A sequencer is hexadecimal; a shorter one is filled with zeros on its right before two are compared. */
const padded = (sequencer: string): string | null =>
  /^[0-9A-Fa-f]{1,64}$/.test(sequencer) ? sequencer.toUpperCase().padEnd(64, '0') : null;

/** Null where it is not encoded so. */
function decodeForm(text: string): string | null {
  try {
    return decodeURIComponent(text.replaceAll('+', ' '));
  } catch {
    return null;
  }
}

/** Services of Amazon's, and storages that post by themselves. None of them asks whether it may. */
export const s3Events: EventReader = { mediaTypes: [], parse: parseEvents, handshake: () => null };
