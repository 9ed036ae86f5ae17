import { gzipSync } from 'node:zlib';
import type { Check, CheckId, Connection } from '@mooring/contract';
import { type Storage, startStorage } from '@mooring/emulators';
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import { connect, withApp, withSas } from '../support/connect.ts';
import { type Mooring, startMooring } from '../support/mooring.ts';
import { createPlainClient } from '../support/plain-client.ts';
import { assetsOf, sync } from '../support/sync.ts';
import { until } from '../support/wait.ts';

// What people reported of other programs: an answer of the storage, or of something before it, that was told wrongly.

type Injected = Parameters<Storage['front']['inject']>;

let storage: Storage;
let mooring: Mooring;
let injected: (() => void)[] = [];

beforeAll(async () => {
  storage = await startStorage();
  for (const key of ['a.jpg', 'b.jpg', 'c.jpg'])
    await storage.put({ key, body: key, contentType: 'image/jpeg' });
  mooring = await startMooring(storage);
});
afterEach(() => {
  for (const end of injected) end();
  injected = [];
});
afterAll(async () => {
  await mooring?.stop();
  await storage?.stop();
});

/** From now on, for each request that it is for. */
const answerWith = (
  answer: Omit<Extract<Injected[0], { kind: 'answer' }>, 'kind'>,
  when: NonNullable<Injected[1]>['when'],
): void => {
  const options = { times: Number.POSITIVE_INFINITY, ...(when && { when }) };
  injected.push(storage.front.inject({ kind: 'answer', ...answer }, options));
};
/** A refusal as Azure words it. */
const azure = (status: number, code: string, more = '') => ({
  status,
  headers: {
    'x-ms-error-code': code,
    'x-ms-request-id': '00000000-0000-0000-0000-000000000001',
    'content-type': 'application/xml',
  },
  body: `<?xml version="1.0" encoding="utf-8"?><Error><Code>${code}</Code><Message>(any)</Message>${more}</Error>`,
});
const detail = (text: string): string => `<AuthenticationErrorDetail>${text}</AuthenticationErrorDetail>`;
const bySas = (sasToken = storage.sas()): Promise<Connection> =>
  mooring.client.call('createConnection', { body: withSas(storage, sasToken) });
async function check({ id }: Connection, which: CheckId): Promise<Check> {
  const { checks } = await mooring.client.runChecks(id);
  return checks.find(one => one.id === which)!;
}
const wordsOf = ({ observed, fix }: Check): string =>
  [observed, fix?.why, ...(fix?.steps ?? []), ...(fix?.snippets.map(({ text }) => text) ?? [])].join('\n');

// Azure/azure-sdk-for-net#45302, Azure/Azurite#2678
describe('a storage that is older than the version of the API', () => {
  const refused = azure(
    400,
    'InvalidHeaderValue',
    '<HeaderName>x-ms-version</HeaderName><HeaderValue>2026-10-06</HeaderValue>',
  );

  test.each([
    ['an app', () => withApp(storage)],
    ['a SAS', () => withSas(storage)],
  ])('is asked in an older one, with %s', async (_, body) => {
    answerWith(refused, ({ version }) => version > '2025-11-05');
    const { connection, source } = await connect(mooring.client, storage, body());
    const { checks } = await mooring.client.runChecks(connection.id);
    expect(checks.filter(({ status }) => status === 'failed')).toEqual([]);
    expect((await sync(mooring.client, source.id)).status).toBe('succeeded');
    expect(await assetsOf(mooring.client, source.id)).toHaveLength(3);
  });

  test('is called that where no version does', async () => {
    answerWith(refused, () => true);
    const words = wordsOf(await check(await bySas(), 'list'));
    expect(words).toContain('it refuses the version 2025-11-05 of the API');
    expect(words).not.toContain('deleted');
  });
});

// microsoft/AzureStorageExplorer#3996, Azure/azure-storage-net#899, Azure/azure-sdk-for-java#36856
describe('a refusal repeats the detail that Azure gives', () => {
  test.each([
    [
      'SAS identifier cannot be found for specified signed identifier',
      /no stored access policy “readers”.*wait/s,
    ],
    ['Policy violated by no signed start.', /SAS expiration policy.*--start /s],
    [
      'The specified signed resource is not allowed for the this resource level',
      /another kind of thing \(sr=c\)/,
    ],
    ['Signed Directory Depth Invalid', /Signed Directory Depth Invalid.*prefix/s],
    [
      'Something that Azure says from next year on.',
      /Azure says: “Something that Azure says from next year on”/,
    ],
  ])('%s', async (text, expected) => {
    answerWith(azure(403, 'AuthenticationFailed', detail(text)), ({ action }) => action === 'list');
    const words = wordsOf(await check(await bySas(storage.containerSas({ policy: 'readers' })), 'list'));
    expect(words).toMatch(expected);
    expect(words).not.toMatch(/another account, was changed, or its key/);
  });
});

// Azure/azure-storage-azcopy#1903, Azure/azure-storage-azcopy#517
test.each([
  [403, 'gateway', 'This category is blocked here'],
  [407, 'squid', 'Proxy sign-in needed'],
  [404, 'nginx', 'Not here'],
  [503, 'balancer', 'Nobody home'],
])('an answer %i of a proxy is not told as Azure’s', async (status, server, says) => {
  const connection = await bySas();
  answerWith(
    {
      status,
      headers: { server, 'content-type': 'text/html' },
      body: `<html><body><h1>${says}</h1> https://x.example/?sig=hush</body></html>`,
    },
    ({ action }) => action === 'list',
  );
  const { observed, fix } = await check(connection, 'list');
  expect(observed).toMatch(`status ${status}. The answer is of the server “${server}”. It says: “${says}”.`);
  expect(observed).not.toContain('hush');
  expect(fix?.steps[0]).toMatch(/^A proxy, filter or gateway stands between/);
  expect(fix?.snippets).toEqual([]);
});

test('an object is not taken for gone where a proxy answers 404', async () => {
  const { source } = await connect(mooring.client, storage, withSas(storage));
  await sync(mooring.client, source.id);
  answerWith({ status: 404, headers: { server: 'nginx' }, body: '' }, ({ action }) => action === 'read');
  const [asset] = await assetsOf(mooring.client, source.id);
  const { items } = await mooring.client.call('signAssets', { body: { assetIds: [asset!.id] } });
  expect((await fetch(items[0]!.url)).status).toBe(502);
});

// Azure/azure-sdk-for-net#20361, MicrosoftDocs/azure-docs#42103
describe('one sample of three that cannot be read', () => {
  test.each([
    ['BlobUsesCustomerSpecifiedEncryption', 409, /encrypted with a key that only its writer has/],
    ['AuthorizationPermissionMismatch', 403, /may not read/],
  ])('%s is named, and the connection works', async (code, status, says) => {
    answerWith(azure(status, code), ({ action, blob }) => action === 'read' && blob === 'a.jpg');
    const connection = await bySas();
    expect(await check(connection, 'head')).toMatchObject({
      status: 'warning',
      observed: expect.stringMatching(says),
    });
    expect((await check(connection, 'head')).observed).toContain('“a.jpg”');
    const params = { connectionId: connection.id };
    expect((await mooring.client.call('getConnection', { params })).status).not.toBe('broken');
  });

  test('one that only its writer can read is not worth another try', async () => {
    const { source } = await connect(mooring.client, storage, withSas(storage));
    await sync(mooring.client, source.id);
    answerWith(azure(409, 'BlobUsesCustomerSpecifiedEncryption'), ({ action }) => action === 'read');
    const [asset] = await assetsOf(mooring.client, source.id);
    const { items } = await mooring.client.call('signAssets', { body: { assetIds: [asset!.id] } });
    const answer = await fetch(items[0]!.url);
    expect([answer.status, answer.headers.get('retry-after')]).toEqual([502, null]);
    expect(await answer.json()).toMatchObject({ code: 'storage_forbidden' });
  });
});

// Azure/azure-powershell#9195, MicrosoftDocs/feedback#1844
test('an immutable container can be written to, and one object is left however often it is checked', async () => {
  const body = { ...withSas(storage, storage.sas({ permissions: 'rwdlc' })), renditionPrefix: 'mooring/' };
  const connection = await mooring.client.call('createConnection', { body });
  let written = 0;
  answerWith(
    azure(409, 'BlobImmutableDueToPolicy'),
    ({ action }) => action === 'delete' || (action === 'write' && written++ > 0),
  );
  for (const _ of [1, 2, 3]) {
    expect(await check(connection, 'write')).toMatchObject({
      status: 'warning',
      observed: expect.stringContaining('an immutability policy or a legal hold'),
      fix: { steps: [expect.stringContaining('choose a prefix or container without such a policy')] },
    });
  }
  const { source } = await connect(mooring.client, storage, withSas(storage));
  await sync(mooring.client, source.id);
  const left = (await assetsOf(mooring.client, source.id)).map(({ key }) => key);
  expect(left.filter(key => key.startsWith('mooring/'))).toEqual(['mooring/mooring-check.txt']);
});

test('a prefix to write below holds no control characters, which no command of a set-up could hold', async () => {
  const made = { ...withSas(storage), renditionPrefix: 'a\u0001b/' };
  const refused = mooring.client.call('createConnection', { body: made });
  await expect(refused).rejects.toMatchObject({
    problem: { code: 'invalid_request', detail: expect.stringContaining('control characters') },
  });
});

// vectordotdev/vector#21795, Azure/azure-storage-fuse#1100, Azure/azure-sdk-for-js#6411
test('an object that is stored compressed is told to be, by relay as by a signed URL', async () => {
  const client = createPlainClient(storage.certificates.ca);
  const body = gzipSync('{"cat": [1, 2]}');
  await storage.put({ key: 'z.json', body, contentType: 'application/json', contentEncoding: 'gzip' });
  for (const made of [withSas(storage), withApp(storage)]) {
    const { source } = await connect(mooring.client, storage, made);
    await sync(mooring.client, source.id);
    const asset = (await assetsOf(mooring.client, source.id)).find(({ key }) => key === 'z.json');
    const { items } = await mooring.client.call('signAssets', { body: { assetIds: [asset!.id] } });
    const { url, delivery } = items[0]!;
    const answer = await client.get(url);
    expect([delivery, answer.status, answer.header('content-encoding')]).toEqual([delivery, 200, 'gzip']);
    expect(answer.body).toEqual(body);
    const part = await client.get(url, { range: 'bytes=2-5' });
    expect([part.status, part.header('content-encoding')]).toEqual([206, 'gzip']);
    expect(part.header('content-range')).toBe(`bytes 2-5/${body.length}`);
    expect(part.body).toEqual(body.subarray(2, 6));
  }
  await client.close();
});

// microsoft/AzureStorageExplorer#5459, VirtoCommerce/vc-platform#718, abpframework/abp#21670
describe('an object whose storage says nothing of its type', () => {
  const UNKNOWN = 'application/octet-stream';
  const SVG = '<svg xmlns="http://www.w3.org/2000/svg" width="4" height="3"><script>alert(1)</script></svg>';
  const OBJECTS: [key: string, body: string, type: string][] = [
    ['unknown/mark.svg', SVG, 'image/svg+xml'],
    ['unknown/sheet.pdf', '%PDF-1.4\n', 'application/pdf'],
    ['unknown/drawing', SVG, 'image/svg+xml'], // by its bytes alone
    ['unknown/page.html', '<!doctype html><script>alert(1)</script>', UNKNOWN],
  ];

  test.each([
    ['relay', withSas],
    ['direct', withApp],
  ] as const)('is given to browsers as what it is (%s), and no script of it runs', async (delivery, made) => {
    const client = createPlainClient(storage.certificates.ca);
    for (const [key, body] of OBJECTS) await storage.put({ key, body });
    const { source } = await connect(mooring.client, storage, made(storage));
    await sync(mooring.client, source.id);
    const params = { sourceId: source.id };
    const { id } = await mooring.client.call('probeSource', { params, body: {} });
    expect((await mooring.client.watchOperation(id)).status).toBe('succeeded');
    const assets = await assetsOf(mooring.client, source.id);
    for (const [key, body, type] of OBJECTS) {
      const asset = assets.find(one => one.key === key)!;
      expect(asset.contentType).toBe(UNKNOWN); // what is stored is still told
      const { items } = await mooring.client.call('signAssets', { body: { assetIds: [asset.id] } });
      expect(items[0]).toMatchObject({ delivery, contentType: type });
      const answer = await client.get(items[0]!.url);
      expect([key, answer.status, answer.header('content-type')]).toEqual([key, 200, type]);
      expect(String(answer.body)).toBe(body);
      if (delivery === 'relay' && type !== 'application/pdf')
        expect(answer.header('content-security-policy')).toBe("default-src 'none'; sandbox");
    }
    await client.close();
  });
});

// Azure-Samples/azure-event-grid-viewer#9
test('an event whose key was damaged on the way makes a sync, which finds the object', async () => {
  const { source } = await connect(mooring.client, storage, withSas(storage));
  await sync(mooring.client, source.id);
  const params = { sourceId: source.id };
  const { webhookUrl } = await mooring.client.call('createFeed', { params, body: { kind: 'event-grid' } });
  await storage.put({ key: 'scan_14🐈.jpg', body: 'x' });
  const key = 'scan_14\ufffd\ufffd.jpg';
  const event = {
    eventType: 'Microsoft.Storage.BlobCreated',
    subject: `/blobServices/default/containers/${storage.container}/blobs/${key}`,
    eventTime: '2030-01-01T00:00:00Z',
    data: { contentLength: 1, eTag: '0x8D4BCC2E4835CD0', sequencer: '00000000000000000000000000000100' },
  };
  const posted = await fetch(webhookUrl!, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify([event]),
  });
  expect(posted.ok).toBe(true);
  await until('the sync that the event makes', async () =>
    (await assetsOf(mooring.client, source.id)).some(asset => asset.key === 'scan_14🐈.jpg'),
  );
});
