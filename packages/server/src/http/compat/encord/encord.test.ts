import { createHash, generateKeyPairSync, type KeyObject, sign } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { startTestServer, type TestHttpServer } from '../../testing.ts';
import { fromUuid } from './uuid.ts';

const FOLDERS = '/v2/public/storage/folders';

interface Pair {
  privateKey: KeyObject;
  /** The 32 bytes. */
  bytes: Buffer;
  /** The line of the .pub file. */
  line: string;
}

let server: TestHttpServer;
/** Registered, of an administrator. */
let pair: Pair;
let keyId: string;

beforeAll(async () => {
  server = await startTestServer();
  pair = newPair();
  keyId = await registerKey(pair);
});
afterAll(() => server.stop());

function newPair(): Pair {
  const { privateKey, publicKey } = generateKeyPairSync('ed25519');
  const bytes = Buffer.from(publicKey.export({ format: 'jwk' }).x!, 'base64url');
  const head = Buffer.from('0000000b7373682d6564323535313900000020', 'hex');
  return {
    privateKey,
    bytes,
    line: `ssh-ed25519 ${Buffer.concat([head, bytes]).toString('base64')} ada@example.org`,
  };
}

const inSession = (method: string, body?: object) => ({
  ...{ method, body, token: null },
  headers: { cookie: `mooring_session=${server.session}`, origin: server.url },
});

async function registerKey({ line }: Pair, expiresInSeconds = 3600): Promise<string> {
  const answer = await server.send(
    '/v1/me/ssh-keys',
    inSession('POST', { publicKey: line, expiresInSeconds }),
  );
  expect(answer.status).toBe(201);
  return ((await answer.json()) as { id: string }).id;
}

const digestOf = (body: string) => `sha-256=:${createHash('sha256').update(body).digest('base64')}:`;
const seconds = () => Math.floor(Date.now() / 1000);

interface Request {
  method?: string;
  target?: string;
  body?: string;
  created?: number;
  by?: Pair;
}

/** The headers that the client would send. */
function signedHeaders({
  method = 'GET',
  target = FOLDERS,
  body = '',
  created = seconds(),
  by = pair,
}: Request) {
  const params = `("@method" "@request-target" "content-digest");created=${created};keyid="${by.bytes.toString('hex')}";alg="ed25519"`;
  const base = [
    `"@method": ${method}`,
    `"@request-target": ${target}`,
    `"content-digest": ${digestOf(body)}`,
    `"@signature-params": ${params}`,
  ].join('\n');
  return {
    'content-digest': digestOf(body),
    'signature-input': `encord-sig=${params}`,
    signature: `encord-sig=:${sign(null, Buffer.from(base), by.privateKey).toString('base64')}:`,
  };
}

/** Sends a request with the headers of the same or another one. */
const send = (
  { method = 'GET', target = FOLDERS, body = '' }: Request,
  headers: Record<string, string>,
): Promise<Response> =>
  fetch(server.url + target, {
    method,
    headers: { ...headers, ...(body && { 'content-type': 'application/json' }) },
    ...(body && { body }),
  });

const CREATE = { method: 'POST', body: JSON.stringify({ name: 'Signed' }) };
const foldersOf = async () => {
  const answer = await server.send(`${FOLDERS}?pageSize=1000`);
  return ((await answer.json()) as { results: { name: string }[] }).results.map(({ name }) => name);
};

describe('a signature', () => {
  it('says who asks', async () => {
    const answer = await send({}, signedHeaders({}));
    expect(answer.status).toBe(200);
    expect(await answer.json()).toMatchObject({ results: [] });
    const used = (await (await server.send('/v1/me/ssh-keys', inSession('GET'))).json()) as {
      items: { id: string; lastUsedAt: string | null }[];
    };
    expect(used.items.find(({ id }) => id === keyId)!.lastUsedAt).not.toBeNull();
  });

  it('that is sent twice does nothing twice, and is answered as the first was', async () => {
    const headers = signedHeaders(CREATE);
    const [first, second] = [await send(CREATE, headers), await send(CREATE, headers)];
    expect([first.status, second.status]).toEqual([200, 200]);
    expect(await second.json()).toEqual(await first.json());
    expect((await foldersOf()).filter(name => name === 'Signed')).toHaveLength(1);
    // Two polls within a second are the same request, and both are answered.
    const poll = signedHeaders({});
    expect([(await send({}, poll)).status, (await send({}, poll)).status]).toEqual([200, 200]);
  });

  const later = { ...CREATE, created: seconds() - 310 };
  const foreign = newPair();
  it.each<[string, () => [Request, Record<string, string>]]>([
    ['of an hour ago', () => [CREATE, signedHeaders({ ...CREATE, created: seconds() - 3600 })]],
    ['of a little more than five minutes ago', () => [later, signedHeaders(later)]],
    ['of the future', () => [CREATE, signedHeaders({ ...CREATE, created: seconds() + 310 })]],
    ['of another key', () => [CREATE, signedHeaders({ ...CREATE, by: foreign })]],
    [
      'of another key under the registered one’s name',
      () => [CREATE, signedHeaders({ ...CREATE, by: { ...foreign, bytes: pair.bytes } })],
    ],
    ['of another body', () => [{ ...CREATE, body: '{"name":"Altered"}' }, signedHeaders(CREATE)]],
    [
      'of another body, with its digest',
      () => [
        { ...CREATE, body: '{"name":"Altered"}' },
        { ...signedHeaders(CREATE), 'content-digest': digestOf('{"name":"Altered"}') },
      ],
    ],
    ['whose body is left out', () => [{ ...CREATE, body: '' }, signedHeaders(CREATE)]],
    ['that comes with a body it does not know', () => [CREATE, signedHeaders({ method: 'POST' })]],
    ['of another method', () => [CREATE, signedHeaders({ ...CREATE, method: 'GET' })]],
    ['of another path', () => [CREATE, signedHeaders({ ...CREATE, target: '/v2/public/datasets' })]],
    ['of another query', () => [{ target: `${FOLDERS}?search=x` }, signedHeaders({})]],
    [
      'whose time was changed',
      () => [CREATE, changed('signature-input', /created=\d+/, `created=${seconds() - 1}`)],
    ],
    ['that covers less', () => [CREATE, changed('signature-input', ' "content-digest"', '')]],
    ['with more behind it', () => [CREATE, changed('signature-input', /$/, ';expires=9')]],
    [
      'of no bytes',
      () => [CREATE, { ...signedHeaders(CREATE), signature: `encord-sig=:${'A'.repeat(86)}==:` }],
    ],
    ['without a digest', () => [CREATE, changed('content-digest', /.*/, '')]],
    [
      'beside a token that is wrong',
      () => [CREATE, { ...signedHeaders(CREATE), authorization: 'Bearer mrg_wrong' }],
    ],
    ['that is absent, with the cookie of a session', () => [CREATE, inSession('POST').headers]],
  ])('%s is refused', async (_name, attack) => {
    const [request, headers] = attack();
    const answer = await send(request, headers);
    expect(answer.status).toBe(401);
    expect(await answer.json()).toMatchObject({ code: 'unauthenticated', fix: expect.stringMatching(/\w/) });
    expect(await foldersOf()).not.toContain('Altered');
  });

  const changed = (header: string, from: string | RegExp, to: string): Record<string, string> => {
    const headers: Record<string, string> = signedHeaders(CREATE);
    headers[header] = headers[header]!.replace(from, to);
    return headers;
  };

  it('of a key that was removed, or that was registered by less, opens nothing more', async () => {
    const own = newPair();
    const id = await registerKey(own);
    expect((await send({}, signedHeaders({ by: own }))).status).toBe(200);
    await server.send(`/v1/me/ssh-keys/${id}`, inSession('DELETE'));
    expect((await send({}, signedHeaders({ by: own }))).status).toBe(401);
    // A person's token of less role registers keys of less role.
    const made = await server.send('/v1/me/tokens', inSession('POST', { name: 'less', role: 'viewer' }));
    const { secret } = (await made.json()) as { secret: string };
    const body = { publicKey: own.line };
    const added = await server.send('/v1/me/ssh-keys', { method: 'POST', body, token: secret });
    expect(added.status).toBe(201);
    expect((await send({}, signedHeaders({ by: own }))).status).toBe(200);
    expect((await send(CREATE, signedHeaders({ ...CREATE, by: own }))).status).toBe(403);
  });
});

describe('a key', () => {
  it('is registered once, by a person, and is what it should be', async () => {
    const add = async (publicKey: string, init = inSession('POST', { publicKey })) => {
      const answer = await server.send('/v1/me/ssh-keys', init);
      return { status: answer.status, text: await answer.text() };
    };
    expect(await add(pair.line)).toMatchObject({ status: 409 });
    const byService = { method: 'POST', body: { publicKey: newPair().line }, token: server.admin };
    const service = await server.send('/v1/me/ssh-keys', byService);
    expect(service.status).toBe(400);
    const [type, base64] = pair.line.split(' ') as [string, string, string];
    const mistakes = [
      'ssh-rsa AAAAB3NzaC1yc2EAAAADAQABAAABAQ== x',
      `${type} ${base64.slice(0, -4)} x`,
      `${type} ${base64}AAAA x`,
      `${base64}`,
      `${pair.line}\n${pair.line}`,
      '-----BEGIN OPENSSH PRIVATE KEY-----\nsecretbytes\n-----END OPENSSH PRIVATE KEY-----',
    ];
    for (const mistake of mistakes) {
      const answer = await add(mistake);
      expect(answer.status, mistake).toBe(400);
      expect(answer.text).toContain('ssh-keygen -t ed25519');
      expect(answer.text).not.toContain('secretbytes');
    }
  });
});

describe('the older half', () => {
  const call = (body: object, { altered, by = pair }: { altered?: object; by?: Pair } = {}) => {
    const text = JSON.stringify(body);
    const digest = createHash('sha256').update(text).digest();
    const authorization = `${by.bytes.toString('hex')}:${sign(null, digest, by.privateKey).toString('hex')}`;
    return fetch(`${server.url}/public`, {
      method: 'POST',
      headers: { authorization, 'content-type': 'application/json' },
      body: altered ? JSON.stringify(altered) : text,
    });
  };
  const datasetCall = (uid: string) => ({
    query_type: 'dataset',
    query_method: 'GET',
    values: { uid, payload: {} },
  });

  it('answers a data set, and refuses what was altered or signed by another', async () => {
    const body = { title: 'Legacy', createBackingFolder: true, legacyCall: false };
    const made = await server.send('/v2/public/datasets', { method: 'POST', body });
    const { datasetUuid } = (await made.json()) as { datasetUuid: string };
    expect(fromUuid('folder', datasetUuid)).toMatch(/^fld_/);
    const good = await call(datasetCall(datasetUuid));
    expect(await good.json()).toMatchObject({ status: 200, response: { title: 'Legacy', data_rows: [] } });
    const attacks = [
      call(datasetCall(datasetUuid), { altered: { ...datasetCall(datasetUuid), query_type: 'datarows' } }),
      call(datasetCall(datasetUuid), { by: newPair() }),
      call(datasetCall(datasetUuid), { by: { ...newPair(), bytes: pair.bytes } }),
      fetch(`${server.url}/public`, { method: 'POST', headers: inSession('POST').headers }),
      fetch(`${server.url}/public`, {
        method: 'POST',
        headers: { authorization: `${pair.bytes.toString('hex')}:${'0'.repeat(128)}` },
      }),
    ];
    for (const answer of await Promise.all(attacks)) {
      expect(answer.status).toBe(200); // as the protocol has it
      expect(await answer.json()).toMatchObject({ status: 401, response: ['AUTHENTICATION_ERROR'] });
    }
  });

  it('says what it does not answer, and what is not there', async () => {
    const unknown = await call({ query_type: 'labelrow', query_method: 'GET', values: {} });
    expect(await unknown.json()).toMatchObject({
      status: 400,
      response: ['INVALID_ARGUMENTS_ERROR'],
      payload: expect.stringContaining('does not answer this call'),
    });
    const gone = await call(datasetCall('f81d4fae-7dec-41d0-a765-00a0c91e6bf6'));
    expect(await gone.json()).toMatchObject({ status: 404, response: ['RESOURCE_NOT_FOUND_ERROR'] });
  });
});

it('a token that is kept to a part of the data opens nothing in this way', async () => {
  const { connectionId } = await server.connect();
  const body = { name: 'part', role: 'administrator', scope: { kind: 'connection', connectionId } };
  const made = await server.send('/v1/tokens', { method: 'POST', body });
  const { secret } = (await made.json()) as { secret: string };
  for (const path of [FOLDERS, '/v2/public/cloud-integrations', '/v2/public/datasets/list'])
    expect((await server.send(path, { token: secret })).status).toBe(403);
  for (const path of ['/api/datasets', '/api/users/token_info']) {
    const asked = (key: string) => fetch(server.url + path, { headers: { authorization: `ApiKey ${key}` } });
    expect((await asked(secret)).status).toBe(403);
    expect((await asked(server.admin)).status).toBe(200);
    expect((await fetch(server.url + path, { headers: inSession('GET').headers })).status).toBe(401);
  }
});

it('a poll is held until its job has ended', async () => {
  const json = async (path: string, init: Parameters<TestHttpServer['send']>[1] = {}) =>
    (await server.send(path, init)).json();
  const { uuid } = (await json(FOLDERS, { method: 'POST', body: { name: 'Held' } })) as { uuid: string };
  const jobs = `${FOLDERS}/${uuid}/data-upload-jobs`;
  const list = { images: [{ objectUrl: 'https://files.example/a.jpg' }] };
  const job = await json(jobs, { method: 'POST', body: { externalFiles: list, ignoreErrors: true } });
  const pending = { status: 'PENDING', itemsWithNames: [], errors: [], unitErrors: [] };
  expect(await json(`${jobs}/${job}?timeoutSeconds=0`)).toMatchObject(pending);
  let hasAnswered = false;
  const held = json(`${jobs}/${job}?timeoutSeconds=600000`).finally(() => {
    hasAnswered = true;
  });
  expect(await json(`${jobs}/${job}?timeoutSeconds=1`)).toMatchObject(pending);
  expect(hasAnswered).toBe(false);
  expect(await json(`${jobs}/${job}/cancel`, { method: 'POST' })).toEqual({ unitsCancelledCount: 0 });
  expect(await held).toMatchObject({ status: 'CANCELLED' });
  expect((await server.send(`${jobs}/${uuid}`)).status).toBe(404);
});

it('a body is bounded, and what is no call is a mistake', async () => {
  const large = { method: 'POST', body: JSON.stringify({ name: 'x', description: 'y'.repeat(2 ** 20) }) };
  expect((await send(large, signedHeaders(large))).status).toBe(413);
  const target = '/v2/public/projects';
  const unknown = await send({ target }, signedHeaders({ target }));
  expect(unknown.status).toBe(400);
  expect(await unknown.json()).toMatchObject({ detail: expect.stringContaining('GET /v2/public/projects') });
  expect((await fetch(server.url + target)).status).toBe(401);
});

it('stays out of the description of the API', async () => {
  const { paths } = (await (await server.send('/v1/openapi.json')).json()) as { paths: object };
  expect(Object.keys(paths).filter(path => !path.startsWith('/v1/') && /public|v2/.test(path))).toEqual([]);
});
