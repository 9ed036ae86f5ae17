import { AZURE_PROBLEMS } from '@mooring/azure';
import {
  type Asset,
  type Connection,
  ERROR_CODES,
  type ErrorCode,
  type Operation,
  problem,
  type Role,
  type Route,
  routes,
  type Source,
} from '@mooring/contract';
import { type Storage, startStorage } from '@mooring/emulators';
import { createClient, type MooringClient } from '@mooring/sdk';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { callWithPython, callWithTypeScript, testWithSchemathesis } from '../support/api-tools.ts';
import { connect, withApp, withSas } from '../support/connect.ts';
import { connectToEmbedded } from '../support/embedded-database.ts';
import { type Mooring, startMooring } from '../support/mooring.ts';
import { assetsOf, sync } from '../support/sync.ts';

let storage: Storage;
let mooring: Mooring;
let client: MooringClient;
let connection: Connection;
let source: Source;
let asset: Asset;
let operation: Operation;

beforeAll(async () => {
  storage = await startStorage();
  await storage.put({ key: 'a.txt', body: 'a', contentType: 'text/plain' });
  mooring = await startMooring(storage);
  client = mooring.client;
  ({ connection, source } = await connect(client, storage));
  operation = await sync(client, source.id);
  asset = (await assetsOf(client, source.id))[0]!;
});
afterAll(async () => {
  await mooring?.stop();
  await storage?.stop();
});

const ALL = Object.entries(routes as Record<string, Route>).map(([id, route]) => ({ id, ...route }));

/** The address of a route, with things that exist. */
const addressOf = ({ path }: Route): string =>
  path
    .replace(':connectionId', connection.id)
    .replace(':sourceId', source.id)
    .replace(':folderId', source.folderId)
    .replace(':assetId', asset.id)
    .replace(':operationId', operation.id)
    .replace(':tokenId', 'tok_01k9zq3v8w2m4n6p8r0t');

const ask = (method: string, path: string, headers: Record<string, string> = {}, body?: string) =>
  fetch(mooring.url + path, {
    method,
    redirect: 'manual',
    headers: { ...(body !== undefined && { 'content-type': 'application/json' }), ...headers },
    ...(body !== undefined && { body }),
  });
const bearer = (token: string) => ({ authorization: `Bearer ${token}` });
const newToken = async (role: Role, { readOnly = false } = {}) =>
  client.call('createToken', { body: { name: role, role, readOnly } });

/** What every refusal looks like: an RFC 9457 problem, by the contract, with a request id and a fix. */
async function expectProblem(
  answer: Response,
  code: ErrorCode | keyof typeof AZURE_PROBLEMS,
): Promise<Record<string, unknown>> {
  const text = await answer.text();
  expect(answer.headers.get('content-type')).toMatch(/^application\/problem\+json(;|$)/);
  const parsed = problem.strict().parse(JSON.parse(text));
  expect(parsed).toMatchObject({
    code,
    type: `/docs/problems#${code}`,
    requestId: answer.headers.get('x-request-id'),
    ...(code in ERROR_CODES
      ? ERROR_CODES[code as ErrorCode]
      : { status: 400, title: AZURE_PROBLEMS[code as keyof typeof AZURE_PROBLEMS] }),
  });
  expect(answer.status).toBe(parsed.status);
  expect(parsed.detail.length).toBeGreaterThan(10);
  expect(parsed.fix.length).toBeGreaterThan(10);
  return parsed;
}

describe('without a credential', () => {
  /** None at all, and some that never were. */
  const wrong = (): Record<string, string>[] => [
    {},
    bearer(`mrg_${'a'.repeat(43)}`),
    { authorization: 'Basic YWRtaW46YWRtaW4=' },
    { cookie: `mooring_session=${'a'.repeat(43)}`, origin: mooring.url },
  ];

  test.each(ALL)('$method $path ($id) says nothing, health and readiness excepted', async route => {
    for (const headers of wrong()) {
      const body = route.body ? '{"code":"guess"}' : undefined;
      const answer = await ask(route.method, addressOf(route), headers, body);
      if (route.id === 'health' || route.id === 'ready') {
        expect(answer.status).toBe(200);
        expect(Object.keys((await answer.json()) as object)).toEqual(['status', 'version']);
      } else if (route.id === 'finishConsent' || route.id === 'finishOwnershipSignIn') {
        expect(answer.status).toBe(302);
        const { origin, search } = new URL(answer.headers.get('location')!);
        expect(origin).toBe(mooring.url);
        expect(search).toMatch(/^\?(consent|ownership)=refused&reason=[^&]*$/);
      } else if (route.id === 'getSignInOptions') expect(answer.status).toBe(200);
      else if (route.id.endsWith('Oidc')) await expectProblem(answer, 'not_found');
      else if (route.id === 'getSetup') await expectProblem(answer, 'setup_link_invalid');
      else if (route.id === 'openInvitation' || route.id === 'acceptInvitation')
        await expectProblem(answer, route.id === 'openInvitation' ? 'invitation_invalid' : 'invalid_request');
      else if (route.id === 'createSession') await expectProblem(answer, 'sign_in_link_invalid');
      else await expectProblem(answer, 'unauthenticated');
      if (!route.stream) continue;
      const stream = await ask(route.method, addressOf(route), { ...headers, accept: 'text/event-stream' });
      await expectProblem(stream, 'unauthenticated');
    }
  });

  test.each([
    ['GET', '/v1/nothing-here'],
    ['GET', '/v1'],
    ['PUT', '/v1/connections'],
    ['GET', '/metrics'],
    ['GET', '/assets/../../../../etc/passwd'],
  ])('%s %s does not say whether it is there', async (method, path) => {
    await expectProblem(await ask(method, path), 'unauthenticated');
  });

  test('a relay address that Mooring never made is refused', async () => {
    await expectProblem(await ask('GET', `/relay/${'0'.repeat(69)}`), 'forbidden');
  });
});

describe('a token', () => {
  test('of a viewer signs and sees no settings, of an editor also syncs, unless it only reads', async () => {
    const viewer = createClient({ baseUrl: mooring.url, token: (await newToken('viewer')).secret });
    const { id, name, status } = connection;
    expect((await viewer.call('listConnectionHealth')).items).toEqual([{ id, name, status }]);
    await expect(viewer.call('listConnections')).rejects.toMatchObject({ code: 'forbidden' });
    expect((await viewer.call('signAssets', { body: { assetIds: [asset.id] } })).problems).toEqual([]);
    const { secret } = await newToken('editor', { readOnly: true });
    const reader = createClient({ baseUrl: mooring.url, token: secret });
    expect((await reader.call('listConnections')).items).toMatchObject([{ id: connection.id }]);
    await expect(
      reader.call('syncSource', { params: { sourceId: source.id }, body: {} }),
    ).rejects.toMatchObject({ code: 'forbidden' });
    const writer = createClient({ baseUrl: mooring.url, token: (await newToken('editor')).secret });
    expect((await sync(writer, source.id)).status).toBe('succeeded');
  });

  test('works until it is revoked, and not a request longer', async () => {
    const { id, secret } = await newToken('viewer');
    const mine = createClient({ baseUrl: mooring.url, token: secret });
    expect(await mine.call('getIdentity')).toMatchObject({ via: 'token', role: 'viewer' });
    await client.call('deleteToken', { params: { tokenId: id } });
    await expect(mine.call('getIdentity')).rejects.toMatchObject({ code: 'unauthenticated', status: 401 });
  });

  test('works until it expires', async () => {
    const asked = Date.now();
    const { id, secret, expiresAt } = await client.call('createToken', {
      body: { name: 'short', role: 'viewer', expiresInSeconds: 3600 },
    });
    expect(Date.parse(expiresAt)).toBeGreaterThanOrEqual(asked + 3_600_000);
    expect(Date.parse(expiresAt)).toBeLessThanOrEqual(Date.now() + 3_600_000);
    const mine = createClient({ baseUrl: mooring.url, token: secret });
    await mine.call('getIdentity');
    // An hour passes.
    const database = await connectToEmbedded(mooring.dataDir);
    await database.query(`update tokens set expires_at = expires_at - interval '1 hour' where id = $1`, [id]);
    await database.end();
    await expect(mine.call('getIdentity')).rejects.toMatchObject({ code: 'unauthenticated', status: 401 });
  });

  test('is shown once; its list shows only how it begins', async () => {
    const made = await newToken('viewer');
    const { items } = await client.call('listTokens');
    const { secret, ...shown } = made;
    expect(items[0]).toEqual(shown);
    expect(secret.startsWith(shown.hint)).toBe(true);
    expect(JSON.stringify(items)).not.toContain(secret.slice(0, 12));
  });
});

test('a session from another site can read nothing new and change nothing', async () => {
  const code = new URL(await mooring.createSignInLink()).hash.slice('#code='.length);
  const answer = await ask('POST', '/v1/sessions', { origin: mooring.url }, JSON.stringify({ code }));
  const cookie = answer.headers.getSetCookie()[0]!.split(';')[0]!;
  for (const headers of [{ cookie, origin: 'https://evil.example' }, { cookie }] as Record<
    string,
    string
  >[]) {
    const changed = await ask('DELETE', addressOf(routes.deleteConnection), headers);
    await expectProblem(changed, 'forbidden');
  }
  const read = await ask('GET', '/v1/me', { cookie, origin: 'https://evil.example' });
  expect(read.headers.get('access-control-allow-origin')).toBeNull();
  // Signed out, the cookie is worth nothing.
  expect((await ask('DELETE', '/v1/sessions/current', { cookie, origin: mooring.url })).status).toBe(204);
  await expectProblem(await ask('GET', '/v1/me', { cookie }), 'unauthenticated');
});

test('If-Match keeps two people from overwriting each other', async () => {
  const path = addressOf(routes.updateConnection);
  const headers = bearer(mooring.token);
  const change = (ifMatch: string, name: string) =>
    ask('PATCH', path, { ...headers, 'if-match': ifMatch }, JSON.stringify({ name }));

  const etag = (await ask('GET', path, headers)).headers.get('etag')!;
  const first = await change(etag, 'by Ada');
  expect(first.status).toBe(200);
  expect(first.headers.get('etag')).not.toBe(etag);
  await expectProblem(await change(etag, 'by Bob'), 'stale_revision');
  expect(await client.call('getConnection', { params: { connectionId: connection.id } })).toMatchObject({
    name: 'by Ada',
    revision: connection.revision + 1,
  });
  expect((await change('*', 'by anyone')).status).toBe(200);
  await expectProblem(await change('"x"', 'by mistake'), 'invalid_request');
});

describe('an Idempotency-Key', () => {
  const create = (key: string, name: string, token = mooring.token) =>
    ask(
      'POST',
      '/v1/connections',
      { ...bearer(token), 'idempotency-key': key },
      JSON.stringify({ ...withApp(storage), name }),
    );
  const named = async (name: string) =>
    (await Array.fromAsync(client.pages('listConnections'))).filter(one => one.name === name);

  test('makes a repeated request harmless', async () => {
    const first = await create('key-1', 'once');
    const again = await create('key-1', 'once');
    expect([first.status, again.status]).toEqual([201, 201]);
    expect(await again.json()).toEqual(await first.json());
    expect(first.headers.get('idempotency-replayed')).toBeNull();
    expect(again.headers.get('idempotency-replayed')).toBe('true');
    expect(await named('once')).toHaveLength(1);
  });

  test('belongs to one request: with another it is refused', async () => {
    await create('key-2', 'one thing');
    await expectProblem(await create('key-2', 'another thing'), 'conflict');
    expect(await named('another thing')).toEqual([]);
  });

  test('lets one of many at once through', async () => {
    const answers = await Promise.all(Array.from({ length: 5 }, () => create('key-3', 'at once')));
    expect(answers.filter(({ status }) => status === 201).length).toBeGreaterThan(0);
    expect(answers.filter(({ status }) => status !== 201 && status !== 409)).toEqual([]);
    expect(await named('at once')).toHaveLength(1);
  });

  test('of another caller is another key', async () => {
    const { secret } = await newToken('administrator');
    const [mine, theirs] = [await create('key-4', 'mine'), await create('key-4', 'mine', secret)];
    expect([mine.status, theirs.status]).toEqual([201, 201]);
    expect(await named('mine')).toHaveLength(2);
  });

  test('is not used up by a request that failed', async () => {
    const send = (body: object) =>
      ask(
        'POST',
        '/v1/connections',
        { ...bearer(mooring.token), 'idempotency-key': 'key-5' },
        JSON.stringify(body),
      );
    await expectProblem(await send(withSas(storage, 'not a token')), 'sas_malformed');
    expect((await send(withSas(storage))).status).toBe(201);
  });
});

describe('problems', () => {
  const unknownId = (prefix: string) => `${prefix}_01k9zq3v8w2m4n6p8r0t`;
  test.each<[string, string, string, string | undefined, ErrorCode, RegExp]>([
    [
      'an unknown field',
      'POST',
      '/v1/tokens',
      '{"name":"a","role":"viewer","nmae":"b"}',
      'invalid_request',
      /nmae/,
    ],
    [
      'several wrong fields',
      'POST',
      '/v1/tokens',
      '{"name":"","role":"all"}',
      'invalid_request',
      /name.*role/,
    ],
    ['a body that is no JSON', 'POST', '/v1/tokens', '{"name":', 'invalid_request', /not well-formed JSON/],
    ['a body that is missing', 'POST', '/v1/tokens', '', 'invalid_request', /expected object/i],
    [
      'a body that is too large',
      'POST',
      '/v1/tokens',
      `"${'a'.repeat(1_100_000)}"`,
      'payload_too_large',
      /1 MiB/,
    ],
    ['an unknown parameter', 'GET', '/v1/assets?folder=x', undefined, 'invalid_request', /folder/],
    ['a cursor that is none', 'GET', '/v1/assets?cursor=x', undefined, 'invalid_request', /cursor/],
    ['a limit that is too high', 'GET', '/v1/assets?limit=1001', undefined, 'invalid_request', /limit/],
    [
      'an id of another kind',
      'GET',
      `/v1/sources/${unknownId('con')}`,
      undefined,
      'invalid_request',
      /begins with src_/,
    ],
    ['an unknown connection', 'GET', `/v1/connections/${unknownId('con')}`, undefined, 'not_found', /con_/],
    ['an unknown source', 'POST', `/v1/sources/${unknownId('src')}/sync`, undefined, 'not_found', /src_/],
    ['an unknown folder', 'GET', `/v1/folders/${unknownId('fld')}`, undefined, 'not_found', /fld_/],
    ['an unknown asset', 'GET', `/v1/assets/${unknownId('ast')}`, undefined, 'not_found', /ast_/],
    [
      'an unknown operation',
      'POST',
      `/v1/operations/${unknownId('op')}/cancel`,
      undefined,
      'not_found',
      /op_/,
    ],
    ['an unknown token', 'DELETE', `/v1/tokens/${unknownId('tok')}`, undefined, 'not_found', /tok_/],
    ['an unknown path', 'GET', '/v1/conections', undefined, 'not_found', /GET \/v1\/conections/],
    ['another method', 'PUT', '/v1/connections', undefined, 'method_not_allowed', /PUT/],
    ['a path with half a percent sign', 'GET', '/v1/assets/%', undefined, 'invalid_request', /path/],
  ])('%s is explained', async (_what, method, path, body, code, says) => {
    const answer = await ask(method, path, bearer(mooring.token), body);
    const { detail, errors } = await expectProblem(answer, code);
    expect(detail).toMatch(says);
    if (code === 'method_not_allowed') expect(answer.headers.get('allow')).toBe('GET, HEAD, POST');
    if (/field|parameter|limit/.test(_what)) expect(errors).not.toHaveLength(0);
  });

  test('a batch is signed as far as it can be', async () => {
    const unknown = unknownId('ast');
    const { items, problems } = await client.call('signAssets', { body: { assetIds: [unknown, asset.id] } });
    expect(items.map(({ assetId }) => assetId)).toEqual([asset.id]);
    expect(problems).toMatchObject([{ assetId: unknown, problem: { code: 'not_found', status: 404 } }]);
  });
});

test('the description of the API is served, with every route that there is, and as a page', async () => {
  const answer = await ask('GET', '/v1/openapi.json');
  const api = (await answer.json()) as { openapi: string; paths: Record<string, Record<string, object>> };
  expect(api.openapi).toMatch(/^3\.1\./);
  const described = Object.entries(api.paths).flatMap(([path, methods]) =>
    Object.keys(methods).map(method => `${method.toUpperCase()} ${path}`),
  );
  const existing = ALL.map(({ method, path }) => `${method} ${path.replace(/:(\w+)/g, '{$1}')}`);
  expect(described.sort()).toEqual(existing.sort());

  const page = await ask('GET', '/docs/api');
  expect(page.headers.get('content-type')).toBe('text/html; charset=utf-8');
  const html = await page.text();
  for (const { summary } of ALL) expect(html).toContain(summary.replaceAll("'", '&#39;').slice(0, 20));
});

test('an operation that was started is named in the answer', async () => {
  const answer = await ask('POST', addressOf(routes.syncSource), bearer(mooring.token));
  expect(answer.status).toBe(202);
  const { id } = (await answer.json()) as Operation;
  expect(answer.headers.get('operation-location')).toBe(`/v1/operations/${id}`);
  expect(await client.watchOperation(id)).toMatchObject({ status: 'succeeded' });
  const { items } = await client.call('listOperations', { query: { subjectId: source.id, limit: 1 } });
  expect(items.map(one => one.id)).toEqual([id]);
});

describe('what is made from the description', () => {
  const environment = () => ({
    ...{ MOORING_URL: mooring.url, MOORING_TOKEN: mooring.token, CONNECTION_ID: connection.id },
  });

  test('a client in TypeScript compiles and calls', async () => {
    const { tenantId } = connection.credential;
    const said = {
      role: 'administrator',
      dataset: 'From TypeScript',
      credential: tenantId,
      delivery: 'direct',
    };
    expect(await callWithTypeScript(environment())).toEqual(said);
  });

  test('a client in Python loads and calls', async () => {
    const credential = 'AzureCredentialAzureApp';
    const said = { role: 'administrator', dataset: 'From Python', credential, delivery: 'direct' };
    expect(await callWithPython(environment())).toEqual(said);
  });

  test('a tester finds nothing', async () => {
    const ids = { SOURCE_ID: source.id, FOLDER_ID: source.folderId };
    const others = { ASSET_ID: asset.id, OPERATION_ID: operation.id };
    await testWithSchemathesis({ ...environment(), ...ids, ...others });
  });
});
