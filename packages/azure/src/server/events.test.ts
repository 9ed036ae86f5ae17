import { expect, test } from 'vitest';
import { parseEvents } from './events.ts';

const SUBJECT = '/blobServices/default/containers/media/blobs/a b/é #%20.jpg';
const created = {
  api: 'PutBlob',
  contentType: 'image/jpeg',
  contentLength: 524_288,
  eTag: '"0x8D4BCC2E4835CD0"',
  accessTier: 'Default',
  url: 'https://acme.blob.core.windows.net/media/a%20b/x.jpg',
  sequencer: '00000000000004420000000000028963',
};
const gridEvent = (eventType: string, data: object, subject = SUBJECT) => ({
  id: '831e1650-001e-001b-66ab-eeb76e069631',
  topic: '/subscriptions/s/resourceGroups/g/providers/Microsoft.Storage/storageAccounts/acme',
  subject,
  eventType,
  eventTime: '2026-11-22T03:04:05.678Z',
  data,
  dataVersion: '',
  metadataVersion: '1',
});
const cloudEvent = (type: string, data: object) => ({
  specversion: '1.0',
  id: '1',
  source: '/subscriptions/s/…/acme',
  type,
  subject: SUBJECT,
  time: '2026-11-22T03:04:05.678Z',
  data,
});
const change = {
  container: 'media',
  key: 'a b/é #%20.jpg',
  kind: 'object',
  sequencer: created.sequencer,
  object: {
    gone: false,
    etag: '0x8D4BCC2E4835CD0',
    sizeBytes: 524_288,
    contentType: 'image/jpeg',
    tier: null,
    archiveState: 'readable',
    at: '2026-11-22T03:04:05.678Z',
  },
};

test.each([
  ['Event Grid', [gridEvent('Microsoft.Storage.BlobCreated', created)]],
  ['one CloudEvent', cloudEvent('Microsoft.Storage.BlobCreated', created)],
  ['a batch of CloudEvents', [cloudEvent('Microsoft.Storage.BlobCreated', created)]],
])('reads what was made, from %s', (_schema, body) => {
  expect(parseEvents(body)).toEqual({ changes: [change], ignored: 0, malformed: 0 });
});

test('says what went', () => {
  const { changes } = parseEvents([gridEvent('Microsoft.Storage.BlobDeleted', { sequencer: '7' })]);
  expect(changes).toEqual([{ ...change, sequencer: '7', object: { gone: true } }]);
});

test('a renamed blob went from one place and came to another', () => {
  const renamed = {
    sourceUrl: 'https://acme.dfs.core.windows.net/media/old/%C3%A9%20%23.jpg',
    destinationUrl: 'https://acme.dfs.core.windows.net/media/new/x.jpg',
    sequencer: '8',
  };
  const { changes } = parseEvents([gridEvent('Microsoft.Storage.BlobRenamed', renamed)]);
  expect(changes).toEqual([
    { container: 'media', key: 'old/é #.jpg', kind: 'object', sequencer: '8', object: { gone: true } },
    { container: 'media', key: 'new/x.jpg', kind: 'object', sequencer: '8', object: null },
  ]);
});

test('directories are named without a slash at their end', () => {
  const deleted = gridEvent(
    'Microsoft.Storage.DirectoryDeleted',
    { recursive: 'true', sequencer: '9' },
    '/blobServices/default/containers/media/blobs/some/dir/',
  );
  const renamed = gridEvent('Microsoft.Storage.DirectoryRenamed', {
    sourceUrl: 'https://acme.dfs.core.windows.net/media/from',
    destinationUrl: 'https://acme.dfs.core.windows.net/media/to',
  });
  expect(parseEvents([deleted, renamed]).changes.map(({ key, kind }) => [key, kind])).toEqual([
    ['some/dir', 'directory'],
    ['from', 'directory'],
    ['to', 'directory'],
  ]);
});

test.each([null, 1, 'text', {}, [], [[]], [null], [{ eventType: 'x' }], [gridEvent('x', { sequencer: 7 })]])(
  '%j has no changes, and nothing breaks',
  body => {
    expect(parseEvents(body).changes).toEqual([]);
  },
);

test('counts what is of no use apart from what makes no sense', () => {
  const events = [gridEvent('Microsoft.Storage.LifecyclePolicyCompleted', {}), { hello: 'world' }];
  expect(parseEvents(events)).toEqual({ changes: [], ignored: 1, malformed: 1 });
});

test('reads no more events than Event Grid sends at once', () => {
  const events = Array.from({ length: 5002 }, () =>
    gridEvent('Microsoft.Storage.LifecyclePolicyCompleted', {}),
  );
  expect(parseEvents(events)).toEqual({ changes: [], ignored: 5000, malformed: 2 });
});

test('a URL that is not percent-encoded UTF-8 names nothing', () => {
  const data = { sourceUrl: 'https://acme.dfs.core.windows.net/media/%FF', destinationUrl: 'nonsense' };
  expect(
    parseEvents([gridEvent('Microsoft.Storage.BlobRenamed', data)]).changes.map(({ key }) => key),
  ).toEqual(['a b/é #%20.jpg']);
});
