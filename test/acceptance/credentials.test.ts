import type { CheckRun, Connection, ConnectionCreate, CredentialInput } from '@mooring/contract';
import { createIdentities, type Identities, type Storage, startStorage } from '@mooring/emulators';
import type { MooringClient } from '@mooring/sdk';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { locationOf } from '../support/connect.ts';
import { type Mooring, startMooring } from '../support/mooring.ts';
import { createPlainClient, type PlainClient } from '../support/plain-client.ts';
import { assetsOf, sync } from '../support/sync.ts';

let storage: Storage;
let identities: Identities;
let mooring: Mooring;
let client: MooringClient;
let plain: PlainClient;

beforeAll(async () => {
  storage = await startStorage();
  await storage.put({ key: 'a/hello.txt', body: 'Hello, world.', contentType: 'text/plain' });
  await storage.createContainer('other');
  identities = await createIdentities(storage, { path: process.env.PATH ?? '' });
  mooring = await startMooring(storage, { ...identities.environment });
  client = mooring.client;
  plain = createPlainClient(storage.certificates.ca);
});
afterAll(async () => {
  await plain?.close();
  await mooring?.stop();
  await identities?.stop();
  await storage?.stop();
});

const connectionWith = (credential: CredentialInput): ConnectionCreate => ({
  name: credential.kind,
  location: locationOf(storage),
  credential,
});
const create = (credential: CredentialInput): Promise<Connection> =>
  client.call('createConnection', { body: connectionWith(credential) });

const troubles = ({ checks }: CheckRun): unknown[] =>
  checks
    .filter(({ status }) => status === 'failed' || status === 'skipped')
    .map(({ id, status, observed }) => [id, status, observed]);

/** Everything from the credential to the bytes; returns how they are delivered. */
async function wholeChain({ id: connectionId }: Connection): Promise<string> {
  const run = await client.runChecks(connectionId);
  expect(troubles(run)).toEqual([]);
  const source = await client.call('createSource', { body: { connectionId, probes: false } });
  expect((await sync(client, source.id)).status).toBe('succeeded');
  const asset = (await assetsOf(client, source.id)).find(({ key }) => key === 'a/hello.txt');
  const { items } = await client.call('signAssets', { body: { assetIds: [asset!.id] } });
  const { url, delivery } = items[0]!;
  const answer = await plain.get(url, { range: 'bytes=0-4', origin: mooring.url });
  expect([answer.status, answer.body.toString()]).toEqual([206, 'Hello']);
  expect(answer.header('access-control-allow-origin')).not.toBeNull();
  return delivery;
}

test('the installation says what it offers, and what has to be trusted for it', async () => {
  const { issuer, subject, audience } = identities.workload.credential;
  expect(await client.call('getInstallation')).toEqual({
    version: expect.any(String),
    origins: [mooring.url],
    storageKinds: expect.arrayContaining(['azure', 's3']),
    offers: {
      direct: {},
      s3: { principalArn: null, webIdentity: null },
      azure: {
        mooringApp: identities.mooringApp,
        federation: { issuer, subject, audience },
        managedIdentity: true,
        azureCli: true,
      },
    },
  });
});

test('with a certificate: token, list, delegation key, signed URL, ranged read', async () => {
  const connection = await create(identities.credentials['azure-app-certificate']);
  const { thumbprint } = identities.certificate;
  expect(connection).toMatchObject({
    credential: { kind: 'azure-app-certificate', thumbprint, expiresAt: expect.stringMatching(/Z$/) },
    ownership: null,
    delivery: 'direct',
  });
  expect(JSON.stringify(connection)).not.toContain('PRIVATE KEY');
  expect(await wholeChain(connection)).toBe('direct');
});

describe.each([
  'azure-app-federated',
  'azure-mooring-app',
  'azure-managed-identity',
  'azure-managed-identity of one’s own',
  'azure-cli',
] as const)('with %s', kind => {
  test('nothing before the owner says so, and then the whole chain', async () => {
    const connection = await create(identities.credentials[kind]);
    expect(connection).toMatchObject({ ownership: { provenAt: null }, delivery: 'direct' });
    const { markerKey, token } = connection.ownership!;
    await storage.remove(markerKey).catch(() => {}); // of the test before: the mark is the workspace's
    const params = { connectionId: connection.id };
    await expect(client.call('browseConnection', { params })).rejects.toMatchObject({
      problem: { code: 'ownership_missing' },
    });

    await storage.put({ key: markerKey, body: token });
    expect(await client.call('proveOwnership', { params })).toMatchObject({
      ownership: { provenBy: 'marker-blob' },
    });
    expect(await wholeChain(connection)).toBe('direct');
  });
});

describe('with a SAS of the container', () => {
  test('the whole chain, through the relay; with a second one for delivery, directly', async () => {
    const relayed = await create({ kind: 'azure-sas', sasToken: storage.containerSas() });
    expect(relayed.credential).toMatchObject({
      sas: { type: 'container', permissions: 'rl', expiresAt: expect.stringMatching(/Z$/), policy: null },
    });
    expect(await wholeChain(relayed)).toBe('relay');
    const direct = await create({
      kind: 'azure-sas',
      sasToken: storage.containerSas(),
      deliverySasToken: storage.containerSas({ permissions: 'r' }),
    });
    expect(await wholeChain(direct)).toBe('direct');
  });

  test('that names a stored access policy: what it may do and when it ends is not known', async () => {
    storage.front.settings.storedPolicies.readers = { sp: 'rl', se: '2099-01-01T00:00:00Z' };
    const connection = await create({
      kind: 'azure-sas',
      sasToken: storage.containerSas({ policy: 'readers' }),
    });
    expect(connection.credential).toMatchObject({
      sas: { permissions: '', expiresAt: null, policy: 'readers' },
    });
    expect(await wholeChain(connection)).toBe('relay');
    storage.front.settings.storedPolicies = {};
  });

  test('another container is refused, naming both', async () => {
    const sasToken = `${storage.endpoint}/other?${storage.containerSas()}`;
    await expect(create({ kind: 'azure-sas', sasToken })).rejects.toMatchObject({
      problem: { code: 'invalid_location', detail: expect.stringMatching(/“other”.*“media”/) },
    });
    const { id: connectionId } = await create({ kind: 'azure-sas', sasToken: storage.containerSas() });
    const source = await client.call('createSource', { body: { connectionId, container: 'other' } });
    expect(await sync(client, source.id)).toMatchObject({
      status: 'failed',
      problem: { detail: expect.stringMatching(/made for the container “media” and does not open “other”/) },
    });
  });
});

const KEY = `${'Ab1+/'.repeat(17)}x==`;
describe('an account key is refused in every field', () => {
  const { tenantId, clientId } = { tenantId: crypto.randomUUID(), clientId: crypto.randomUUID() };
  const credential: CredentialInput = { kind: 'azure-app', tenantId, clientId, clientSecret: 'x' };
  const string = `DefaultEndpointsProtocol=https;AccountName=acme;AccountKey=${KEY}`;

  test.each<[string, Partial<ConnectionCreate>]>([
    ['credential.clientSecret', { credential: { ...credential, clientSecret: KEY } }],
    ['credential.sasToken', { credential: { kind: 'azure-sas', sasToken: string } }],
    [
      'credential.certificatePem',
      { credential: { kind: 'azure-app-certificate', tenantId, clientId, certificatePem: string } },
    ],
    ['location.url', { location: { url: string }, credential }],
    ['location.account', { location: { account: KEY }, credential }],
  ])('%s', async (path, body) => {
    const call = client.call('createConnection', {
      body: { ...connectionWith(credential), ...body } as ConnectionCreate,
    });
    const { problem } = await call.then(
      () => expect.unreachable(),
      error => error as { problem: object },
    );
    expect(problem).toMatchObject({ code: 'account_key_refused', errors: [{ path }] });
    expect(JSON.stringify(problem)).not.toContain('Ab1+');
  });
});

describe('under its real name, through a proxy, with private addresses forbidden', () => {
  let named: Storage;
  let through: Mooring;
  let outside: PlainClient;
  beforeAll(async () => {
    named = await startStorage({ realNames: true });
    await named.put({ key: 'hello.txt', body: 'Hello, world.' });
    through = await startMooring(named);
    outside = createPlainClient(named.certificates.ca, named.proxy!.url);
  });
  afterAll(async () => {
    await outside?.close();
    await through?.stop();
    await named?.stop();
  });

  test.each([
    ['blob.core.windows.net', 'login.microsoftonline.com'],
    ['blob.core.usgovcloudapi.net', 'login.microsoftonline.us'],
    ['blob.core.chinacloudapi.cn', 'login.partner.microsoftonline.cn'],
    ['z01.blob.storage.azure.net', 'login.microsoftonline.com'],
  ])('acme.%s, with tokens of %s', async (domain, authority) => {
    const { id: connectionId, location } = await through.client.call('createConnection', {
      body: {
        name: domain,
        location: { url: `https://acme.${domain}/media` },
        credential: { kind: 'azure-app', ...named.app },
      },
    });
    expect(location.endpoint).toBe(`https://acme.${domain}`);
    expect(troubles(await through.client.runChecks(connectionId))).toEqual([]);
    const source = await through.client.call('createSource', { body: { connectionId, probes: false } });
    expect((await sync(through.client, source.id)).status).toBe('succeeded');
    const [asset] = await assetsOf(through.client, source.id);
    const { items } = await through.client.call('signAssets', { body: { assetIds: [asset!.id] } });
    expect(new URL(items[0]!.url).host).toBe(`acme.${domain}`);
    // Sockets are kept, so each name is asked for once or a few times.
    expect(named.proxy!.asked).toEqual(expect.arrayContaining([authority, `acme.${domain}`]));
    const answer = await outside.get(items[0]!.url, { range: 'bytes=0-4' });
    expect([answer.status, answer.body.toString()]).toEqual([206, 'Hello']);
  });

  test('an identity of the installation is refused in another cloud, before anything is sent there', async () => {
    const { tenantId, clientId, clientSecret } = named.app;
    const own = await startMooring(named, {
      MOORING_APP_CLIENT_ID: clientId,
      MOORING_APP_CLIENT_SECRET: clientSecret,
      MOORING_FEDERATED_TOKEN_FILE: '/nowhere/token',
      MOORING_MANAGED_IDENTITY: 'true',
      MOORING_AZURE_CLI: 'true',
    });
    try {
      const location = { url: 'https://other.blob.core.usgovcloudapi.net/media' };
      const already = named.proxy!.asked.length;
      const refused = {
        code: 'invalid_location',
        detail: expect.stringMatching(/^The storage is in Azure Government\..* Azure’s public cloud/),
        fix: expect.stringContaining('MOORING_AZURE_AUTHORITY_HOST=https://login.microsoftonline.us'),
      };
      const identities = [
        { kind: 'azure-mooring-app', tenantId },
        { kind: 'azure-app-federated', tenantId, clientId },
        { kind: 'azure-managed-identity' },
        { kind: 'azure-cli' },
      ] as const;
      for (const credential of identities) {
        const made = own.client.call('createConnection', { body: { name: 'Other', location, credential } });
        await expect(made, credential.kind).rejects.toMatchObject({ problem: refused });
      }
      const { id: connectionId } = await own.client.call('createConnection', {
        body: { name: 'Other', location, credential: { kind: 'azure-app', ...named.app } },
      });
      const replaced = own.client.call('replaceCredential', {
        params: { connectionId },
        body: { credential: identities[0], acceptLess: true },
      });
      await expect(replaced).rejects.toMatchObject({ problem: refused });
      expect(named.proxy!.asked.slice(already)).toEqual([]);
    } finally {
      await own.stop();
    }
  });

  test('nothing else was asked of the proxy', () => {
    for (const host of named.proxy!.asked) expect(host).toMatch(/^(acme\.|login\.)/);
  });
});
