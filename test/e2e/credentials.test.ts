import type { CredentialInput } from '@mooring/contract';
import {
  createIdentities,
  demoObjects,
  type Identities,
  type Storage,
  startStorage,
} from '@mooring/emulators';
import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { type Mooring, startMooring } from '../support/mooring.ts';
import { assetsOf, sync } from '../support/sync.ts';
import { startBrowser } from './browser.ts';

// What a page of Mooring's origin gets from the storage's origin, which has its real name.

let storage: Storage;
let identities: Identities;
let mooring: Mooring;
let browser: Browser;
let page: Page;

beforeAll(async () => {
  storage = await startStorage({ realNames: true });
  identities = await createIdentities(storage, { path: process.env.PATH ?? '' });
  const picture = (await demoObjects()).find(({ contentType }) => contentType === 'image/jpeg');
  await storage.put({ ...picture!, key: 'picture.jpg' });
  mooring = await startMooring(storage, { ...identities.environment });
  browser = await startBrowser(storage.certificates, [`--proxy-server=${storage.proxy!.url}`]);
  page = await browser.newPage();
  await page.goto(await mooring.createSignInLink());
  await page.waitForURL('**/assets');
});
afterAll(async () => {
  await browser?.close();
  await mooring?.stop();
  await identities?.stop();
  await storage?.stop();
});

async function urlWith(credential: CredentialInput): Promise<string> {
  const { client } = mooring;
  const location = { url: `${storage.endpoint}/${storage.container}` };
  const connection = await client.call('createConnection', {
    body: { name: credential.kind, location, credential },
  });
  const { ownership } = connection;
  if (ownership) await storage.put({ key: ownership.markerKey, body: ownership.token });
  const run = await client.runChecks(connection.id);
  expect(run.checks.filter(({ status }) => status === 'failed')).toEqual([]);
  const source = await client.call('createSource', { body: { connectionId: connection.id, probes: false } });
  expect((await sync(client, source.id)).status).toBe('succeeded');
  const asset = (await assetsOf(client, source.id)).find(({ key }) => key === 'picture.jpg');
  return (await client.call('signAssets', { body: { assetIds: [asset!.id] } })).items[0]!.url;
}

/** A range with a header that has to be allowed first, and a picture whose pixels may be read. */
const loadIn = (url: string) =>
  page.evaluate(async address => {
    const whole = await fetch(address, { method: 'HEAD' });
    const headers = { range: 'bytes=0-9', 'if-match': whole.headers.get('etag') ?? '' };
    const answer = await fetch(address, { headers });
    const image = new Image();
    image.crossOrigin = 'anonymous';
    image.src = address;
    await image.decode();
    const canvas = document.createElement('canvas').getContext('2d')!;
    canvas.drawImage(image, 0, 0);
    return {
      status: answer.status,
      bytes: (await answer.arrayBuffer()).byteLength,
      contentRange: answer.headers.get('content-range'),
      pixels: canvas.getImageData(0, 0, 1, 1).data.length,
    };
  }, url);

const STORAGE = 'https://acme.blob.core.windows.net';
const readOnly = () => storage.sas({ permissions: 'r', resourceTypes: 'o' });

test.each<[string, string | null, () => CredentialInput]>([
  ['a client secret', STORAGE, () => ({ kind: 'azure-app', ...storage.app })],
  ['a certificate', STORAGE, () => identities.credentials['azure-app-certificate']],
  ['a workload identity', STORAGE, () => identities.credentials['azure-app-federated']],
  ['Mooring’s own app', STORAGE, () => identities.credentials['azure-mooring-app']],
  ['a managed identity', STORAGE, () => identities.credentials['azure-managed-identity']],
  ['the Azure CLI', STORAGE, () => identities.credentials['azure-cli']],
  ['a SAS of the account', null, () => ({ kind: 'azure-sas', sasToken: storage.sas() })],
  [
    'a SAS of the account and one for delivery',
    STORAGE,
    () => ({ kind: 'azure-sas', sasToken: storage.sas(), deliverySasToken: readOnly() }),
  ],
  ['a SAS of the container', null, () => ({ kind: 'azure-sas', sasToken: storage.containerSas() })],
])('with %s a page loads ranges and pictures from %s', async (_, origin, credential) => {
  const url = await urlWith(credential());
  expect(new URL(url).origin).toBe(origin ?? mooring.url);
  expect(await loadIn(url)).toEqual({
    status: 206,
    bytes: 10,
    contentRange: expect.stringMatching(/^bytes 0-9\/\d+$/),
    pixels: 4,
  });
});
