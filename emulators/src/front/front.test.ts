import { ClientSecretCredential } from '@azure/identity';
import {
  BlobSASPermissions,
  BlobServiceClient,
  ContainerSASPermissions,
  generateBlobSASQueryParameters,
  SASProtocol,
  StorageSharedKeyCredential,
} from '@azure/storage-blob';
import { request } from 'undici';
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import { mintAccountSas } from '../account-sas.ts';
import { type Storage, startStorage } from '../storage.ts';
import { ROLES } from './bearer.ts';

const minutes = (count: number) => new Date(Date.now() + count * 60_000);
const VERSIONS = ['2020-12-06', '2025-11-05', '2026-10-06'];
const PAGE = 'https://app.example';

let storage: Storage;
beforeAll(async () => {
  storage = await startStorage({ origins: [PAGE] });
  storage.certificates.trust();
  await storage.put({ key: 'd/a b.txt', body: '0123456789', contentType: 'text/plain' });
});
afterAll(async () => {
  await storage.stop();
});
afterEach(() => {
  storage.front.settings.networkOpen = true;
  storage.front.settings.allowSharedKey = true;
});

async function get(
  pathAndQuery: string,
  options: { method?: 'GET' | 'HEAD' | 'PUT'; headers?: Record<string, string> } = {},
) {
  const { method = 'GET', headers = {} } = options;
  const answer = await request(`${storage.endpoint}${pathAndQuery}`, {
    method,
    headers: { 'x-ms-version': '2025-11-05', ...headers },
  });
  // Not `text()`, which drops the byte order mark.
  const text = Buffer.from(await answer.body.arrayBuffer()).toString();
  const element = (name: string) => new RegExp(`<${name}>([^<]*)`).exec(text)?.[1];
  return {
    status: answer.statusCode,
    headers: answer.headers,
    text,
    code: element('Code') ?? answer.headers['x-ms-error-code'],
    detail: element('AuthenticationErrorDetail'),
  };
}
const OBJECT = '/media/d/a%20b.txt';
const LIST = '/media?restype=container&comp=list&';

const clientOptions = { retryOptions: { maxTries: 1 } };

function service(): BlobServiceClient {
  const { tenantId, clientId, clientSecret } = storage.app;
  const credential = new ClientSecretCredential(tenantId, clientId, clientSecret, {
    authorityHost: storage.authorityHost,
    disableInstanceDiscovery: true,
  });
  return new BlobServiceClient(storage.endpoint, credential, clientOptions);
}

describe('an account SAS', () => {
  test.each(VERSIONS)('of version %s lists and reads', async version => {
    const sas = storage.sas({ version, startsOn: minutes(-5) });
    const page = await get(`${LIST}${sas}`);
    expect(page.status).toBe(200);
    expect(page.text).toMatch(/^\uFEFF<\?xml/);
    expect(page.text).toContain('<Name>d/a b.txt</Name>');
    const object = await get(`${OBJECT}?${sas}`, { headers: { range: 'bytes=2-5' } });
    expect([object.status, object.text, object.headers['content-range']]).toEqual([
      206,
      '2345',
      'bytes 2-5/10',
    ]);
  });

  test.each([
    [
      'expired',
      { startsOn: minutes(-9), expiresOn: minutes(-1) },
      /^Signature not valid in the specified time frame: Start \[.* GMT\] - Expiry \[.* GMT\] - Current \[.* GMT\]$/,
    ],
    [
      'expired and without a start',
      { expiresOn: minutes(-1) },
      /^Signed expiry time \[.* GMT\] must be after signed start time \[.* GMT\]$/,
    ],
    [
      'not valid yet',
      { startsOn: minutes(5), expiresOn: minutes(9) },
      /^Signature not valid in the specified time frame/,
    ],
  ])('%s is refused', async (_what, fields, detail) => {
    const answer = await get(`${OBJECT}?${storage.sas(fields)}`);
    expect([answer.status, answer.code]).toEqual([403, 'AuthenticationFailed']);
    expect(answer.detail).toMatch(detail);
  });

  test('tampered with is refused', async () => {
    const answer = await get(`${OBJECT}?${storage.sas({ permissions: 'r' }).replace('sp=r', 'sp=rl')}`);
    expect([answer.status, answer.code]).toEqual([403, 'AuthenticationFailed']);
    expect(answer.detail).toMatch(/^Signature did not match\. String to sign used was acme\nrl\nb\n/);
  });

  test.each([
    [{ permissions: 'r' }, LIST, 'AuthorizationPermissionMismatch'],
    [{ permissions: 'l' }, `${OBJECT}?`, 'AuthorizationPermissionMismatch'],
    [{ resourceTypes: 'o' }, LIST, 'AuthorizationResourceTypeMismatch'],
    [{ resourceTypes: 'sc' }, `${OBJECT}?`, 'AuthorizationResourceTypeMismatch'],
    [{ services: 'q' }, `${OBJECT}?`, 'AuthorizationServiceMismatch'],
    [{ ipRange: { start: '10.0.0.1', end: '10.0.0.9' } }, `${OBJECT}?`, 'AuthorizationSourceIPMismatch'],
  ])('%o may not ask %s', async (fields, path, code) => {
    const answer = await get(path + storage.sas(fields));
    expect([answer.status, answer.code]).toEqual([403, code]);
  });

  test('for this address passes', async () => {
    const sas = storage.sas({ ipRange: { start: '127.0.0.1', end: '127.0.0.9' } });
    expect((await get(`${OBJECT}?${sas}`)).status).toBe(200);
  });
});

test('without a signature there is a challenge', async () => {
  const answer = await get(OBJECT);
  expect([answer.status, answer.code]).toEqual([401, 'NoAuthenticationInformation']);
  expect(answer.headers['www-authenticate']).toContain(storage.app.tenantId);
  expect(answer.text.charCodeAt(0)).toBe(0xfeff);
  expect((await get(OBJECT, { method: 'HEAD' })).code).toBe('NoAuthenticationInformation');
});

describe('a token', () => {
  test('of an application with Reader lists, reads and gets a delegation key, but may not configure', async () => {
    const container = service().getContainerClient('media');
    const names = [];
    for await (const blob of container.listBlobsFlat()) names.push(blob.name);
    expect(names).toEqual(['d/a b.txt']);
    expect((await container.getBlobClient('d/a b.txt').getProperties()).contentLength).toBe(10);
    await expect(service().getProperties()).rejects.toMatchObject({
      statusCode: 403,
      code: 'AuthorizationPermissionMismatch',
    });
    await expect(container.getBlockBlobClient('new').upload('x', 1)).rejects.toMatchObject({
      statusCode: 403,
    });
  });

  test.each(VERSIONS)('signs URLs of version %s for one object, which die with its role', async version => {
    const [startsOn, expiresOn] = [minutes(-5), minutes(15)];
    const key = await service().getUserDelegationKey(startsOn, expiresOn);
    const sign = (blobName: string | undefined) =>
      generateBlobSASQueryParameters(
        {
          containerName: 'media',
          ...(blobName && { blobName }),
          permissions: blobName ? BlobSASPermissions.parse('r') : ContainerSASPermissions.parse('rl'),
          startsOn,
          expiresOn,
          version,
          protocol: SASProtocol.Https,
        },
        key,
        'acme',
      ).toString();
    expect((await get(`${OBJECT}?${sign('d/a b.txt')}`)).text).toBe('0123456789');
    expect((await get(`${LIST}${sign(undefined)}`)).status).toBe(200);
    const other = await get(`/media/other?${sign('d/a b.txt')}`);
    expect([other.code, other.detail?.slice(0, 24)]).toEqual([
      'AuthenticationFailed',
      'Signature did not match.',
    ]);

    const { settings } = storage.front;
    const assignments = settings.roleAssignments;
    settings.roleAssignments = [{ principalId: storage.objectId, actions: ROLES['Storage Blob Delegator'] }];
    expect((await get(`${OBJECT}?${sign('d/a b.txt')}`)).code).toBe('AuthorizationPermissionMismatch');
    settings.roleAssignments = assignments;
  });

  test('gets no delegation key for more than 7 days', async () => {
    await expect(service().getUserDelegationKey(minutes(0), minutes(7 * 1440 + 1))).rejects.toMatchObject({
      statusCode: 400,
      code: 'InvalidXmlNodeValue',
    });
  });

  test('that is not one is refused', async () => {
    const answer = await get(OBJECT, { headers: { authorization: 'Bearer nonsense' } });
    expect([answer.status, answer.code]).toEqual([401, 'InvalidAuthenticationInfo']);
  });
});

test('a service SAS signed with the account key reads its container only', async () => {
  const sas = generateBlobSASQueryParameters(
    { containerName: 'media', permissions: ContainerSASPermissions.parse('r'), expiresOn: minutes(5) },
    new StorageSharedKeyCredential('acme', storage.account.key),
  );
  expect((await get(`${OBJECT}?${sas}`)).status).toBe(200);
  expect((await get(`/other/x?${sas}`)).code).toBe('AuthenticationFailed');
});

test('the account key itself works through the front', async () => {
  const container = new BlobServiceClient(
    storage.endpoint,
    new StorageSharedKeyCredential('acme', storage.account.key),
    clientOptions,
  ).getContainerClient('media');
  expect((await container.getBlobClient('d/a b.txt').getProperties()).contentType).toBe('text/plain');
});

test('switches: the network closed, account keys not allowed', async () => {
  storage.front.settings.allowSharedKey = false;
  expect((await get(`${OBJECT}?${storage.sas()}`)).code).toBe('KeyBasedAuthenticationNotPermitted');
  expect(await service().getContainerClient('media').exists()).toBe(true);
  storage.front.settings.networkOpen = false;
  expect((await get(`${OBJECT}?${storage.sas()}`)).code).toBe('AuthorizationFailure');
});

test('CORS headers come on answers and on refusals, for allowed origins only', async () => {
  const origin = { headers: { origin: PAGE } };
  expect((await get(`${OBJECT}?${storage.sas()}`, origin)).headers['access-control-allow-origin']).toBe(PAGE);
  expect((await get(OBJECT, origin)).headers['access-control-allow-origin']).toBe(PAGE);
  const stranger = { headers: { origin: 'https://elsewhere.example' } };
  expect((await get(OBJECT, stranger)).headers['access-control-allow-origin']).toBeUndefined();
  const preflight = await request(storage.endpoint + OBJECT, {
    method: 'OPTIONS',
    headers: {
      origin: PAGE,
      'access-control-request-method': 'GET',
      'access-control-request-headers': 'range',
    },
  });
  await preflight.body.dump();
  expect([preflight.statusCode, preflight.headers['access-control-allow-origin']]).toEqual([200, PAGE]);
});

describe('faults', () => {
  const url = () => `${OBJECT}?${storage.sas()}`;

  test('a burst of 503 passes', async () => {
    storage.front.inject({ kind: 'server-busy', retryAfterSeconds: 2 }, { times: 2 });
    const first = await get(url());
    expect([first.status, first.code, first.headers['retry-after']]).toEqual([503, 'ServerBusy', '2']);
    expect((await get(url())).status).toBe(503);
    expect((await get(url())).status).toBe(200);
  });

  test('resets and truncated bodies break the connection', async () => {
    storage.front.inject({ kind: 'reset' });
    await expect(get(url())).rejects.toThrow();
    storage.front.inject({ kind: 'truncate', afterBytes: 4 }, { when: ({ action }) => action === 'read' });
    await expect(get(url())).rejects.toThrow();
    expect((await get(url())).text).toBe('0123456789');
  });

  test('a slow body comes slowly, whole or up to where it breaks', async () => {
    storage.front.inject({ kind: 'slow', bytesPerSecond: 20 });
    const before = performance.now();
    expect((await get(url())).text).toBe('0123456789');
    expect(performance.now() - before).toBeGreaterThanOrEqual(390);
    storage.front.inject({ kind: 'slow', bytesPerSecond: 50, afterBytes: 5 });
    await expect(get(url())).rejects.toThrow();
  });

  test('an injection can be taken back, and delays', async () => {
    storage.front.inject({ kind: 'server-busy' })();
    storage.front.inject({ kind: 'delay', ms: 300 });
    const before = performance.now();
    expect((await get(url())).status).toBe(200);
    expect(performance.now() - before).toBeGreaterThanOrEqual(295);
  });
});

test('a service whose clock is ahead says so, and thinks by it', async () => {
  const ahead = await startStorage({ now: () => minutes(60) });
  await ahead.put({ key: 'x', body: 'x' });
  const sas = mintAccountSas(ahead.account, { expiresOn: minutes(30) });
  ahead.certificates.trust();
  const answer = await request(`${ahead.endpoint}/media/x?${sas}`);
  await answer.body.dump();
  expect(answer.headers['x-ms-error-code']).toBe('AuthenticationFailed');
  expect(Date.parse(String(answer.headers.date)) - Date.now()).toBeGreaterThan(59 * 60_000);
  await ahead.stop();
});

test('twenty thousand objects are there, each once', async () => {
  await storage.seedMany(20_000);
  const names = new Set<string>();
  for await (const blob of service().getContainerClient('media').listBlobsFlat({ prefix: 'many/' }))
    names.add(blob.name);
  expect(names.size).toBe(20_000);
  expect((await get(`/media/many/019/019999.txt?${storage.sas()}`)).text).toBe('A small object.\n');
});
