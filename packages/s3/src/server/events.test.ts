import { describe, expect, test } from 'vitest';
import { parseEvents } from './events.ts';

const record = (eventName: string, key: string, more: object = {}) => ({
  eventVersion: '2.4',
  eventSource: 'aws:s3',
  eventTime: '2026-12-01T00:00:00.000Z',
  eventName,
  s3: {
    bucket: { name: 'media' },
    object: { key, size: 3, eTag: 'e', sequencer: '0055AED6DCD90281E5', ...more },
  },
});
const notification = (...records: object[]) => ({ Records: records });
const event = (type: string, object: object, more: object = {}) => ({
  version: '0',
  source: 'aws.s3',
  'detail-type': type,
  detail: { bucket: { name: 'media' }, object: { sequencer: '61', ...object }, ...more },
});
const keysOf = (body: unknown) => parseEvents(body).changes.map(({ key }) => key);

test('a notification names bucket, key and order, and leaves the rest to a look', () => {
  const body = notification(record('ObjectCreated:Put', 'a/b.png'));
  expect(parseEvents(body)).toEqual({
    changes: [
      {
        ...{ container: 'media', key: 'a/b.png', kind: 'object', object: null },
        sequencer: '0055AED6DCD90281E5'.padEnd(64, '0'),
      },
    ],
    ignored: 0,
    malformed: 0,
  });
});

test('keys of notifications are decoded as forms, those of EventBridge stand as they are', () => {
  const nasty = 'hello? sausage/êé #%20+&=.jpg';
  const encoded = encodeURIComponent(nasty).replaceAll('%20', '+');
  expect(keysOf(notification(record('ObjectCreated:Put', encoded)))).toEqual([nasty]);
  expect(keysOf(notification(record('s3:ObjectCreated:Put', encoded.replaceAll('%2F', '/'))))).toEqual([
    nasty,
  ]);
  expect(keysOf(event('Object Created', { key: nasty }))).toEqual([nasty]);
});

describe('gone', () => {
  const goneIn = (body: unknown) => parseEvents(body).changes[0]!.object;
  test.each([
    ['a removal without versions', notification(record('ObjectRemoved:Delete', 'a'))],
    ['a marker', notification(record('ObjectRemoved:DeleteMarkerCreated', 'a', { versionId: 'v' }))],
    ['an expiry', notification(record('LifecycleExpiration:Delete', 'a'))],
    ['EventBridge', event('Object Deleted', { key: 'a' }, { 'deletion-type': 'Permanently Deleted' })],
    [
      'EventBridge, a marker',
      event('Object Deleted', { key: 'a', 'version-id': 'v' }, { 'deletion-type': 'Delete Marker Created' }),
    ],
  ])('%s', (_, body) => expect(goneIn(body)).toEqual({ gone: true }));

  test.each([
    [
      'a removed version, which can be an older one',
      notification(record('ObjectRemoved:Delete', 'a', { versionId: 'v' })),
    ],
    [
      'the same by EventBridge',
      event('Object Deleted', { key: 'a', 'version-id': 'v' }, { 'deletion-type': 'Permanently Deleted' }),
    ],
    ['a restored archive', event('Object Restore Completed', { key: 'a' })],
  ])('not by %s', (_, body) => expect(goneIn(body)).toBeNull());
});

test('sequencers of different lengths order as numbers after a point do', () => {
  const orderOf = (sequencer: string) =>
    parseEvents(notification(record('ObjectCreated:Put', 'a', { sequencer }))).changes[0]!.sequencer;
  const ordered = ['0055AED6DCD9', '0055aed6dcd90281e5', '0055AED6DCD90281E6', '0056'].map(orderOf);
  expect(ordered.toSorted()).toEqual(ordered);
  expect(orderOf('not hex')).toBeNull();
});

test('SNS wraps a notification once', () => {
  const inside = JSON.stringify(notification(record('ObjectCreated:Copy', 'a')));
  const wrapped = { Type: 'Notification', Message: inside };
  expect(keysOf(wrapped)).toEqual(['a']);
  expect(parseEvents({ Type: 'Notification', Message: JSON.stringify(wrapped) })).toMatchObject({
    malformed: 1,
  });
  expect(parseEvents({ Type: 'Notification', Message: '{' })).toMatchObject({ malformed: 1 });
});

test.each([
  ['the test event', { Service: 'Amazon S3', Event: 's3:TestEvent', Bucket: 'media' }],
  ['a subscription of SNS', { Type: 'SubscriptionConfirmation', Message: 'You have chosen to subscribe' }],
  ['tags', notification(record('ObjectTagging:Put', 'a'))],
  ['other events of EventBridge', event('Object Tags Added', { key: 'a' })],
])('%s is ignored', (_, body) => {
  expect(parseEvents(body)).toEqual({ changes: [], ignored: 1, malformed: 0 });
});

test.each([
  ['nothing', null],
  ['a text', 'hello'],
  [
    'a record without a key',
    notification({ eventName: 'ObjectCreated:Put', s3: { bucket: { name: 'media' } } }),
  ],
  ['a key that is not encoded', notification(record('ObjectCreated:Put', '%E0%A4%A'))],
  ['events of other services', { ...event('Object Created', { key: 'a' }), source: 'mine' }],
])('%s counts as malformed', (_, body) => {
  expect(parseEvents(body)).toEqual({ changes: [], ignored: 0, malformed: 1 });
});

test('a body of many records is read as far as 1,000', () => {
  const many = notification(
    ...Array.from({ length: 1002 }, (_, at) => record('ObjectCreated:Put', `k${at}`)),
  );
  const { changes, malformed } = parseEvents(many);
  expect([changes.length, malformed]).toEqual([1000, 2]);
});
