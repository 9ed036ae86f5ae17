import { type Queue, type Storage, startQueue, startStorage } from '@mooring/emulators';
import type { MooringApiError } from '@mooring/sdk';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { connect } from '../support/connect.ts';
import { type Mooring, startMooring } from '../support/mooring.ts';
import { assetsOf, sync } from '../support/sync.ts';
import { until } from '../support/wait.ts';

let storage: Storage;
let queue: Queue;
let mooring: Mooring;
let sourceId: string;

beforeAll(async () => {
  storage = await startStorage();
  queue = await startQueue({ certificates: storage.certificates, accounts: [storage.account] });
  mooring = await startMooring(storage);
  const { source } = await connect(mooring.client, storage);
  sourceId = source.id;
  await sync(mooring.client, sourceId);
});
afterAll(async () => {
  await mooring?.stop();
  await queue?.stop();
  await storage?.stop();
});

let sequence = 0;
const eventOf = (key: string, eventType: string) => ({
  id: String(++sequence),
  subject: `/blobServices/default/containers/${storage.container}/blobs/${key}`,
  eventType: `Microsoft.Storage.${eventType}`,
  eventTime: new Date().toISOString(),
  data: { sequencer: String(sequence).padStart(32, '0') },
});
const cloudEventOf = (key: string, type: string) => {
  const { id, subject, eventType, eventTime, data } = eventOf(key, type);
  return { specversion: '1.0', id, source: '/acme', subject, type: eventType, time: eventTime, data };
};
const post = (url: string, body: unknown, headers: Record<string, string> = {}) =>
  fetch(url, {
    method: 'POST',
    headers: { 'content-type': 'application/json', ...headers },
    body: JSON.stringify(body),
  });
const keys = async () => (await assetsOf(mooring.client, sourceId)).map(asset => asset.key);
const feeds = async () => (await mooring.client.call('listFeeds', { params: { sourceId } })).items;

test('a queue of the account tells of changes, and is emptied', async () => {
  const feed = await mooring.client.call('createFeed', {
    params: { sourceId },
    body: { kind: 'storage-queue', queueUrl: queue.url },
  });
  expect(feed).toMatchObject({
    kind: 'storage-queue',
    address: { queueUrl: queue.url },
    webhookUrl: null,
  });
  await storage.put({ key: 'by queue.txt', body: 'new' });
  await queue.send(eventOf('by queue.txt', 'BlobCreated'));
  await until('the asset', async () => (await keys()).includes('by queue.txt'));
  await storage.remove('by queue.txt');
  await queue.send(cloudEventOf('by queue.txt', 'BlobDeleted'));
  await queue.send('no event at all');
  await until('the tombstone', async () => !(await keys()).includes('by queue.txt'));
  await until('the end of the queue', async () => (await queue.count()) === 0);
  await mooring.client.call('deleteFeed', { params: { sourceId, feedId: feed.id } });
});

test('a queue of another account is refused: the credential goes nowhere else', async () => {
  const { origin } = new URL(queue.url);
  for (const queueUrl of [
    `${origin}/other/mooring-events`,
    'https://acme.queue.core.windows.net.example/acme/x-1',
    `${queue.url}?sig=x`,
  ]) {
    const refused = mooring.client.call('createFeed', {
      params: { sourceId },
      body: { kind: 'storage-queue', queueUrl },
    });
    const error = (await refused.catch(failure => failure)) as MooringApiError;
    expect(error).toMatchObject({ code: 'invalid_request', status: 400 });
  }
});

test('Event Grid delivers to a URL with a secret, after its handshakes', async () => {
  const { id, webhookUrl } = await mooring.client.call('createFeed', {
    params: { sourceId },
    body: { kind: 'event-grid' },
  });
  const url = webhookUrl!;
  expect(JSON.stringify(await feeds())).not.toContain(new URL(url).searchParams.get('code'));

  const validation = {
    ...eventOf('', 'x'),
    eventType: 'Microsoft.EventGrid.SubscriptionValidationEvent',
    data: { validationCode: '512d38b6', validationUrl: 'https://rp-eastus2.eventgrid.azure.net/…' },
  };
  const handshake = await post(url, [validation], { 'aeg-event-type': 'SubscriptionValidation' });
  expect([handshake.status, await handshake.json()]).toEqual([200, { validationResponse: '512d38b6' }]);
  const options = await fetch(url, {
    method: 'OPTIONS',
    headers: { 'webhook-request-origin': 'eventgrid.azure.net' },
  });
  expect(options.headers.get('webhook-allowed-origin')).toBe('eventgrid.azure.net');

  await storage.put({ key: 'grid/a', body: 'a' });
  await storage.put({ key: 'grid/b', body: 'b' });
  expect((await post(url, [eventOf('grid/a', 'BlobCreated')])).status).toBe(200);
  const batch = { 'content-type': 'application/cloudevents-batch+json' };
  expect((await post(url, [cloudEventOf('grid/b', 'BlobCreated')], batch)).status).toBe(200);
  await until('both assets', async () => {
    const all = await keys();
    return all.includes('grid/a') && all.includes('grid/b');
  });

  await storage.put({ key: 'missed', body: 'no event names it' });
  await sync(mooring.client, sourceId);
  expect(await feeds()).toEqual([
    expect.objectContaining({
      id,
      receivedCount: 2,
      appliedCount: 2,
      repaired: expect.objectContaining({ assets: 1 }),
    }),
  ]);
});

test('an object that may not be read is named, alone, and holds back no other', async () => {
  const { id, webhookUrl } = await mooring.client.call('createFeed', {
    params: { sourceId },
    body: { kind: 'event-grid' },
  });
  const created = (key: string, number: number) => ({
    id: `00000000-0000-0000-0000-00000000000${number}`,
    eventType: 'Microsoft.Storage.BlobCreated',
    topic: '/subscriptions/0/resourceGroups/lab/providers/Microsoft.Storage/storageAccounts/acme',
    subject: `/blobServices/default/containers/${storage.container}/blobs/${key}`,
    eventTime: '2030-01-01T00:00:00Z',
    dataVersion: '',
    metadataVersion: '1',
    data: {
      api: 'PutBlob',
      blobType: 'BlockBlob',
      contentType: 'image/jpeg',
      contentLength: 1,
      eTag: '0x8D4BCC2E4835CD0',
      sequencer: `00000000000000000000000000000${number}00`,
      url: `https://acme.blob.core.windows.net/${storage.container}/${key}`,
    },
  });
  const unlock = storage.front.inject(
    { kind: 'permission-mismatch' },
    {
      times: Number.POSITIVE_INFINITY,
      when: ({ method, blob }) => method === 'HEAD' && blob === 'locked.jpg',
    },
  );
  for (const key of ['locked.jpg', 'new.jpg']) await storage.put({ key, body: 'x' });
  expect((await post(webhookUrl!, [created('locked.jpg', 1), created('new.jpg', 2)])).status).toBe(200);
  await until('the asset', async () => (await keys()).includes('new.jpg'));
  const unreadable = async () => (await feeds()).find(feed => feed.id === id)!.unreadable;
  expect(await unreadable()).toMatchObject([{ key: 'locked.jpg', kind: 'object' }]);
  const [locked] = await unreadable();
  expect(locked!.problem).toMatch(/^\S.+\. \S.+/);
  expect(locked!.remedy!.snippets[0]!.text).toMatch(/^az /);
  expect(await keys()).not.toContain('locked.jpg');
  unlock();
  await until('the other asset', async () => (await keys()).includes('locked.jpg'));
  expect(await unreadable()).toEqual([]);
  await mooring.client.call('deleteFeed', { params: { sourceId, feedId: id } });
});

test('a wrong secret, an unknown feed and one that was removed are all unknown', async () => {
  const { id, webhookUrl } = await mooring.client.call('createFeed', {
    params: { sourceId },
    body: { kind: 'event-grid' },
  });
  const statuses = async (...urls: string[]) =>
    Promise.all(urls.map(async url => (await post(url, [eventOf('a', 'BlobCreated')])).status));
  const wrong = webhookUrl!.replace(/code=./, 'code=!');
  expect(await statuses(wrong, webhookUrl!.replace(id, 'fed_0'), webhookUrl!.split('?')[0]!)).toEqual([
    404, 404, 404,
  ]);
  await mooring.client.call('deleteFeed', { params: { sourceId, feedId: id } });
  expect(await statuses(webhookUrl!)).toEqual([404]);
});

test('what came while no worker was alive is dealt with by the next', async () => {
  const { webhookUrl } = await mooring.client.call('createFeed', {
    params: { sourceId },
    body: { kind: 'event-grid' },
  });
  await storage.put({ key: 'while away', body: 'x' });
  expect((await post(webhookUrl!, [eventOf('while away', 'BlobCreated')])).status).toBe(200);
  await mooring.killAll();
  await mooring.restart();
  await until('the asset', async () => (await keys()).includes('while away'));
});
