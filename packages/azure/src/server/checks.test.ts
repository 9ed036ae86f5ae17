import {
  BlobServiceClient,
  ContainerSASPermissions,
  type CorsRule,
  generateBlobSASQueryParameters,
  StorageSharedKeyCredential,
} from '@azure/storage-blob';
import type { CheckId } from '@mooring/contract';
import {
  createCertificates,
  type Storage,
  startEntra,
  startStorage,
  withOtherSignature,
} from '@mooring/emulators';
import { ORIGIN, type PlainOutcomes, runChecks } from '@mooring/storage/conformance';
import type { CheckContext } from '@mooring/storage/server';
import { createGuard } from '@mooring/storage/server';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import type { AzureProviderOptions } from './provider.ts';
import { openAzure } from './testing.ts';

const DAY_MS = 86_400_000;
const guard = createGuard({ allowPrivate: true });
let storage: Storage;
let storageAheadMs = 0;
/** Everything that checks said, to be searched for secrets. */
const said: string[] = [];

beforeAll(async () => {
  storage = await startStorage({ now: () => new Date(Date.now() + storageAheadMs) });
  storage.certificates.trust();
  await storage.put({ key: 'photos/a.jpg', body: Buffer.alloc(500, 1), contentType: 'image/jpeg' });
  await storage.put({ key: 'empty/nothing.txt', body: '' });
  for (const key of ['archive/1.bin', 'archive/2.bin']) {
    await storage.put({ key, body: 'cold' });
    await storage.setTier(key, 'Archive');
  }
});
afterAll(async () => {
  await guard.close();
  await storage.stop();
});
beforeEach(async () => {
  storageAheadMs = 0;
  storage.front.settings.networkOpen = true;
  storage.front.settings.allowSharedKey = true;
  grant('list', 'read', 'delegate');
  await storage.allowOrigins([ORIGIN]);
});

type Action = Storage['front']['settings']['roleAssignments'][number]['actions'][number];
const grant = (...actions: Action[]) => {
  storage.front.settings.roleAssignments = [{ principalId: storage.objectId, actions }];
};

/** What checks find with the app registration, but for what is given. */
async function check(
  place: Partial<CheckContext> = {},
  options: Partial<AzureProviderOptions> = {},
): Promise<PlainOutcomes> {
  const provider = openAzure(storage, guard, {
    credential: { kind: 'azure-app', ...storage.app },
    ...options,
  });
  const outcomes = await runChecks(provider, {
    container: storage.container,
    prefix: 'photos/',
    origins: [ORIGIN],
    ...place,
  });
  await provider.close();
  said.push(JSON.stringify(outcomes));
  return outcomes;
}

/** The one check that failed or warned, after which those that depend on it did not run. */
function only(outcomes: PlainOutcomes, id: CheckId, status: 'failed' | 'warning') {
  const others = Object.entries(outcomes).filter(
    ([, outcome]) => !['passed', 'skipped'].includes(outcome.status),
  );
  expect(others.map(([other, outcome]) => [other, outcome.status, outcome.observed])).toEqual([
    [id, status, outcomes[id]?.observed],
  ]);
  const { observed, fix } = outcomes[id]!;
  expect(fix).toMatchObject({
    why: expect.stringMatching(/./),
    steps: expect.arrayContaining([expect.anything()]),
  });
  return { observed, steps: fix!.steps.join(' '), snippet: fix!.snippets[0]?.text ?? '' };
}

describe('the way to the storage', () => {
  const at = (endpoint: string, account = 'acme') => ({ location: { account, endpoint } });

  test('a name that cannot be', async () => {
    const { observed } = only(await check({ container: 'My_Photos' }), 'name', 'failed');
    expect(observed).toContain('“My_Photos”');
  });

  test('a wrong account name', async () => {
    const outcomes = await check({}, at('https://acmme.blob.invalid', 'acmme'));
    const { observed, snippet } = only(outcomes, 'dns', 'failed');
    expect(observed).toBe('There is no host named acmme.blob.invalid.');
    expect(snippet).toContain('az storage account list');
    expect(outcomes.list).toBeUndefined();
  });

  test('an address that Mooring may not connect to', async () => {
    const strict = createGuard({ allowPrivate: false });
    const outcomes = await check({}, { guard: strict, credential: sas() });
    await strict.close();
    const { observed, steps } = only(outcomes, 'dns', 'failed');
    expect(observed).toMatch(/127\.0\.0\.1 .* only to public addresses/);
    expect(steps).toContain('MOORING_STORAGE_NETWORKS');
  });

  test('a network that refuses', async () => {
    const { observed, steps } = only(await check({}, at('https://127.0.0.1:1/acme')), 'tls', 'failed');
    expect(observed).toBe('127.0.0.1:1 refused the connection.');
    expect(steps).toContain('firewalls');
  });

  test('a certificate that no trusted authority has signed', async () => {
    const certificates = await createCertificates();
    const stranger = await startEntra({ certificates, tenants: [], applications: [] });
    const { observed, steps } = only(await check({}, at(`${stranger.origin}/acme`)), 'tls', 'failed');
    await stranger.stop();
    await certificates.remove();
    expect(observed).toMatch(/signed by an authority that Mooring does not trust/);
    expect(steps).toContain('NODE_EXTRA_CA_CERTS');
  });

  test('no TLS at all', async () => {
    const plain = await check({}, { ...at('http://localhost:1/acme'), credential: sas() });
    expect(plain.tls).toMatchObject({
      status: 'warning',
      observed: expect.stringMatching(/without encryption/),
    });
  });

  test.each([
    [0, 'passed', /agree/],
    [90, 'warning', /^Mooring’s clock is (89|90|91) seconds behind the storage’s\.$/],
    [-90, 'warning', /^Mooring’s clock is (89|90|91) seconds ahead of the storage’s\.$/],
    [-600, 'failed', /10 minutes ahead of/],
  ])('a clock that differs by %i seconds', async (seconds, status, says) => {
    storageAheadMs = seconds * 1000;
    const { clock } = await check();
    expect(clock).toMatchObject({ status, observed: expect.stringMatching(says) });
    if (status !== 'passed') expect(clock!.fix!.snippets[0]!.text).toContain('timedatectl');
  });
});

describe('an app registration', () => {
  test.each([
    [
      'a wrong secret',
      { clientSecret: 'wrong' },
      /client secret is not one of the app/,
      'az ad app credential reset',
    ],
    [
      'an unknown app',
      { clientId: '00000000-0000-0000-0000-00000000000a' },
      /no app with the client ID/,
      'az ad sp create',
    ],
    [
      'an unknown tenant',
      { tenantId: '00000000-0000-0000-0000-00000000000b' },
      /knows no tenant/,
      'az account show',
    ],
    ['a malformed tenant', { tenantId: 'acme inc' }, /“acme inc” is not the ID/, ''],
  ])('with %s', async (_, fields, says, command) => {
    const credential = { kind: 'azure-app', ...storage.app, ...fields } as const;
    const { observed, snippet } = only(await check({}, { credential }), 'credential', 'failed');
    expect(observed).toMatch(says);
    expect(snippet).toContain(command);
  });

  test('that may not list', async () => {
    grant('delegate');
    const { observed, steps, snippet } = only(await check(), 'list', 'failed');
    expect(observed).toBe(
      `The app ${storage.app.clientId} may not list the container “media” of the account “acme”.`,
    );
    expect(steps).toMatch(/Storage Blob Data Reader .* 5 minutes/);
    expect(snippet).toContain('--role "Storage Blob Data Reader"');
    expect(snippet).toContain(`--assignee ${storage.app.clientId}`);
    expect(snippet).toContain('--name acme --query id');
    expect(snippet).toContain('/blobServices/default/containers/media');
  });

  test('that may list but not read', async () => {
    grant('list', 'delegate');
    const outcomes = await check();
    expect(outcomes.head).toMatchObject({
      status: 'failed',
      observed: expect.stringMatching(/may not read the properties of the object “photos\/a.jpg”/),
    });
    expect(outcomes.range).toBeUndefined();
    expect(outcomes.fetch).toBeUndefined();
    expect(outcomes.sign).toMatchObject({ status: 'passed' });
  });

  test('that may read but not sign', async () => {
    grant('list', 'read');
    const { observed, snippet } = only(await check(), 'sign', 'failed');
    expect(observed).toMatch(/may not make a key for signed URLs in the account “acme”/);
    expect(snippet).toContain('--role "Storage Blob Delegator"');
    expect(snippet).not.toContain('containers');
  });

  test('that may read but not write where renditions are wanted', async () => {
    const renditionPrefix = 'renditions/';
    const { observed, steps, snippet } = only(await check({}, { renditionPrefix }), 'write', 'failed');
    expect(observed).toMatch(/may not write the object “renditions\/mooring-check\.txt”/);
    expect(steps).toMatch(/Storage Blob Data Contributor .* limited to the prefix/);
    expect(snippet).toMatch(/ba92f5b4-2d11-453d-a403-e96b0029c9fe[\s\S]*StringStartsWith .*renditions\//);
    grant('list', 'read', 'delegate', 'write');
    expect(only(await check({}, { renditionPrefix }), 'write', 'failed').observed).toMatch(
      /was written, but could not be deleted\. The app .* may not delete/,
    );
    grant('list', 'read', 'delegate', 'write', 'delete');
    expect((await check({}, { renditionPrefix })).write?.status).toBe('passed');
  });

  test('of whose objects some are in the archive tier', async () => {
    await storage.put({ key: 'mixed/a.txt', body: 'a' });
    await storage.put({ key: 'mixed/b.txt', body: 'b' });
    await storage.put({ key: 'mixed/dir', body: '', metadata: { hdi_isfolder: 'true' } });
    expect((await check({ prefix: 'mixed/' })).survey).toMatchObject({
      status: 'passed',
      observed: '2 objects: 2 Hot; 1 placeholder of directories.',
    });
    await storage.setTier('mixed/a.txt', 'Archive');
    const { observed, steps } = only(await check({ prefix: 'mixed/' }), 'survey', 'warning');
    expect(observed).toBe('Of 2 objects 1 object is in the archive tier (50 %).');
    expect(steps).toContain('hot, cool or cold');
    expect((await check({ prefix: 'mixed/dir' })).survey?.observed).toContain('placeholder of directories');
  });

  test('whose signed URL is refused', async () => {
    const takeBack = storage.front.inject(
      { kind: 'server-busy' },
      { times: 9, when: ({ query, method }) => query.has('skoid') && method === 'GET' },
    );
    const outcomes = await check();
    takeBack();
    expect(outcomes.fetch).toMatchObject({
      status: 'failed',
      observed: expect.stringMatching(/asks for fewer requests/),
    });
  });

  test('kept out by network rules', async () => {
    storage.front.settings.networkOpen = false;
    const { observed, snippet } = only(await check(), 'list', 'failed');
    expect(observed).toMatch(/from the network in which Mooring runs/);
    expect(snippet).toContain('az storage account network-rule add');
  });

  test('with a wrong container', async () => {
    const { observed, snippet } = only(await check({ container: 'medai' }), 'list', 'failed');
    expect(observed).toBe('There is no container “medai” in the account “acme”.');
    expect(snippet).toContain('az storage container list');
  });

  test.each([
    ['nowhere/', /No key in the container “media” begins with “nowhere\/”/],
    ['archive/', /all are in the archive tier/],
    ['empty/', /is of zero bytes/],
  ])('below %s, where nothing can be read', async (prefix, says) => {
    const outcomes = await check({ prefix });
    expect(only(outcomes, 'survey', 'warning').observed).toMatch(says);
    for (const id of ['head', 'range', 'sign', 'fetch'] as const)
      expect(outcomes[id]?.status).toBe('skipped');
    expect(outcomes.preflight?.status).toBe('passed');
  });

  test('passes over what cannot be read to find a sample', async () => {
    const { list } = await check({ prefix: '' });
    expect(list).toMatchObject({ status: 'passed', observed: expect.stringContaining('photos/a.jpg') });
  });
});

const sas = (fields: Parameters<Storage['sas']>[0] = {}, deliverySasToken?: string) => ({
  kind: 'azure-sas' as const,
  sasToken: storage.sas({
    permissions: 'rl',
    resourceTypes: 'co',
    expiresOn: new Date(Date.now() + 21 * DAY_MS),
    ...fields,
  }),
  ...(deliverySasToken !== undefined && { deliverySasToken }),
});

describe('an account SAS', () => {
  test('without a delivery token is checked as far as it is used', async () => {
    const outcomes = await check({}, { credential: sas() });
    expect(Object.entries(outcomes).map(([id, { status }]) => [id, status])).toEqual(
      ['name', 'dns', 'tls', 'clock', 'credential', 'list', 'head', 'range', 'survey'].map(id => [
        id,
        'passed',
      ]),
    );
  });

  test.each<[string, () => Parameters<Storage['sas']>[0], RegExp]>([
    ['that has expired', () => ({ expiresOn: new Date(Date.now() - DAY_MS) }), /expired at/],
    ['that is not valid yet', () => ({ startsOn: new Date(Date.now() + DAY_MS) }), /is valid from/],
    ['for another service', () => ({ services: 'q' }), /for Queue, not for Blob/],
    ['that may not list', () => ({ permissions: 'r' }), /lacks the permission List/],
    ['that may not read', () => ({ permissions: 'l' }), /lacks the permission Read/],
    ['that does not reach containers', () => ({ resourceTypes: 'o' }), /does not reach Container/],
    ['that does not reach objects', () => ({ resourceTypes: 'c' }), /does not reach Object/],
  ])('%s', async (_, fields, says) => {
    const outcomes = await check({}, { credential: sas(fields()) });
    const { observed, snippet } = only(outcomes, 'credential', 'failed');
    expect(observed).toMatch(says);
    expect(snippet).toContain('az storage account generate-sas');
    expect(outcomes.list).toBeUndefined();
  });

  test('for one container', async () => {
    const forContainer = generateBlobSASQueryParameters(
      {
        containerName: storage.container,
        permissions: ContainerSASPermissions.parse('rl'),
        expiresOn: new Date(Date.now() + 21 * DAY_MS),
      },
      new StorageSharedKeyCredential(storage.account.name, storage.account.key),
    );
    const credential = { kind: 'azure-sas' as const, sasToken: forContainer.toString() };
    const { observed } = only(await check({}, { credential }), 'credential', 'warning');
    expect(observed).toMatch(/It opens one container/);
  });

  test('pasted as a whole URL among spaces', async () => {
    const credential = { ...sas(), sasToken: ` ${storage.endpoint}/?${sas().sasToken}\n` };
    expect((await check({}, { credential })).range?.status).toBe('passed');
  });

  test('that expires within a week', async () => {
    const credential = sas({ expiresOn: new Date(Date.now() + 3 * DAY_MS) });
    expect(only(await check({}, { credential }), 'credential', 'warning').observed).toMatch(
      /expires soon: 20/,
    );
  });

  test('whose delivery token grants more than reading objects', async () => {
    const credential = sas({}, storage.sas({ permissions: 'rl', resourceTypes: 'co' }));
    const { observed } = only(await check({}, { credential }), 'credential', 'failed');
    expect(observed).toMatch(/List|Container/);
  });

  test('that was changed', async () => {
    const { sasToken } = sas();
    const credential = { kind: 'azure-sas' as const, sasToken: withOtherSignature(sasToken) };
    const { observed, snippet } = only(await check({}, { credential }), 'list', 'failed');
    expect(observed).toBe('The signature of the SAS token does not match the account “acme”.');
    expect(snippet).toContain('generate-sas');
  });

  test('limited to other addresses', async () => {
    const credential = sas({ ipRange: { start: '203.0.113.1', end: '203.0.113.9' } });
    const outcomes = await check({}, { credential });
    expect(outcomes.credential?.observed).toContain('203.0.113.1-203.0.113.9');
    expect(only(outcomes, 'list', 'failed').observed).toMatch(/limited to other IP addresses/);
  });

  test('in an account that accepts none', async () => {
    storage.front.settings.allowSharedKey = false;
    const { observed, snippet } = only(await check({}, { credential: sas() }), 'list', 'failed');
    expect(observed).toMatch(/accepts no tokens that are signed with account keys/);
    expect(snippet).toContain('--allow-shared-key-access true');
  });
});

describe('CORS', () => {
  const setRules = async (...rules: Partial<CorsRule>[]) => {
    const service = new BlobServiceClient(
      `${storage.azurite.origin}/${storage.account.name}`,
      new StorageSharedKeyCredential(storage.account.name, storage.account.key),
    );
    const complete = {
      allowedOrigins: ORIGIN,
      allowedMethods: 'GET',
      allowedHeaders: '*',
      exposedHeaders: '*',
    };
    await service.setProperties({ cors: rules.map(rule => ({ ...complete, maxAgeInSeconds: 60, ...rule })) });
  };

  test.each<[string, Partial<CorsRule>[], 'failed' | 'warning', RegExp]>([
    ['no rule', [], 'failed', /^No CORS rule allows the origin https:\/\/mooring\.example\.$/],
    [
      'a rule for another origin',
      [{ allowedOrigins: 'https://other.example' }],
      'failed',
      /^No CORS rule allows/,
    ],
    ['a slash at the origin’s end', [{ allowedOrigins: `${ORIGIN}/` }], 'failed', /with a slash at its end/],
    ['a rule for another method', [{ allowedMethods: 'PUT' }], 'failed', /the method PUT, but not GET/],
    ['no header exposed', [{ exposedHeaders: '' }], 'failed', /does not expose the header Content-Range/],
    [
      'another header exposed',
      [{ exposedHeaders: 'etag' }],
      'failed',
      /does not expose the header Content-Range/,
    ],
    ['Range not allowed', [{ allowedHeaders: 'x-ms-date' }], 'warning', /not with the header Range/],
    [
      'If-None-Match not allowed',
      [{ allowedHeaders: 'range' }],
      'warning',
      /not with the header If-None-Match/,
    ],
  ])('%s', async (_, rules, status, says) => {
    await setRules(...rules);
    const { observed, snippet } = only(await check(), 'preflight', status);
    expect(observed).toMatch(says);
    expect(snippet).toContain('--name acme');
    expect(snippet).toContain(`"allowedOrigins":["${ORIGIN}"]`);
  });

  test.each<[string, Partial<CorsRule>]>([
    ['any origin', { allowedOrigins: '*' }],
    [
      'the header by its name',
      { exposedHeaders: 'Content-Range,ETag', allowedHeaders: 'range,if-none-match' },
    ],
  ])('a rule for %s will do', async (_, rule) => {
    await setRules(rule);
    expect((await check()).preflight?.status).toBe('passed');
  });

  test('names the origins that are not allowed', async () => {
    const { observed, snippet } = only(
      await check({ origins: [ORIGIN, 'https://second.example'] }),
      'preflight',
      'failed',
    );
    expect(observed).toBe('No CORS rule allows the origin https://second.example.');
    expect(snippet).toContain('"allowedOrigins":["https://second.example"]');
  });

  test('is not judged where it is not known from where browsers come', async () => {
    expect((await check({ origins: [] })).preflight?.status).toBe('skipped');
  });

  test('of a client-only connection is judged without reading anything', async () => {
    await setRules({ exposedHeaders: '' });
    expect((await check({}, { accessMode: 'client-only' })).preflight?.status).toBe('passed');
  });
});

test('no check says a secret', () => {
  const all = said.join('\n');
  expect(all.length).toBeGreaterThan(10_000);
  for (const secret of [storage.app.clientSecret, storage.account.key, 'sig=', 'skoid', 'Bearer', 'eyJ']) {
    expect(all).not.toContain(secret);
  }
});
