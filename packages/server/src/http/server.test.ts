import { connect } from 'node:net';
import { text } from 'node:stream/consumers';
import { type Problem, problem } from '@mooring/contract';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createCatalogue } from '../catalogue/catalogue.ts';
import type { Schema } from '../catalogue/schema.ts';
import { createDb, createPool } from '../platform/database/pool.ts';
import { startTestServer, type TestHttpServer } from './testing.ts';

let server: TestHttpServer;
beforeAll(async () => {
  server = await startTestServer();
});
afterAll(() => server.stop());

async function problemOf(response: Response): Promise<Problem> {
  expect(response.headers.get('content-type')).toMatch(/^application\/problem\+json/);
  const parsed = problem.parse(await response.json());
  expect(parsed.status).toBe(response.status);
  expect(parsed.requestId).toBe(response.headers.get('x-request-id'));
  expect(parsed.fix).not.toBe('');
  return parsed;
}

describe('every answer', () => {
  it('has a request id of its own and headers that keep browsers from harm', async () => {
    const [a, b] = [await server.send('/v1/me'), await server.send('/v1/me')];
    expect(a.headers.get('x-request-id')).toMatch(/^req_[0-9a-f]{20}$/);
    expect(a.headers.get('x-request-id')).not.toBe(b.headers.get('x-request-id'));
    expect(Object.fromEntries(a.headers)).toMatchObject({
      'x-content-type-options': 'nosniff',
      'referrer-policy': 'same-origin',
      'content-security-policy': "default-src 'none'; frame-ancestors 'none'",
      'cross-origin-resource-policy': 'same-origin',
      'cache-control': 'no-store',
    });
  });
});

describe('HEAD', () => {
  it('answers as GET would, without the body, and never streams', async () => {
    const [head, get] = [await server.send('/v1/me', { method: 'HEAD' }), await server.send('/v1/me')];
    expect(head.status).toBe(200);
    expect(head.headers.get('content-length')).toBe(String((await get.text()).length));
    const { sourceId } = await server.connect();
    const started = await server.send(`/v1/sources/${sourceId}/sync`, { method: 'POST' });
    const location = started.headers.get('operation-location')!;
    const stream = await server.send(location, { method: 'HEAD', headers: { accept: 'text/event-stream' } });
    expect(stream.headers.get('content-type')).toMatch(/^application\/json/);
  });
});

describe('without a credential', () => {
  it('only health answers', async () => {
    const health = await server.send('/health', { token: null });
    expect([health.status, await health.json()]).toEqual([200, { status: 'ok', version: '1.2.3' }]);
    for (const path of ['/v1/me', '/v1/nothing', '/', '/favicon.ico']) {
      const response = await server.send(path, { token: null });
      expect([path, response.status]).toEqual([path, 401]);
      expect(response.headers.get('www-authenticate')).toBe('Bearer');
      expect(await problemOf(response)).toMatchObject({ code: 'unauthenticated' });
    }
    const other = await server.send('/v1/connections', { method: 'PUT', token: null });
    expect(other.status).toBe(401);
  });
});

describe('what cannot be answered', () => {
  it('is a problem for unknown addresses and methods', async () => {
    expect(await problemOf(await server.send('/v1/nothing?secret=1'))).toMatchObject({
      code: 'not_found',
      detail: 'There is nothing at GET /v1/nothing.',
    });
    for (const [method, path, allow] of [
      ['PUT', '/v1/connections', 'GET, HEAD, POST'],
      ['GET', '/v1/sources/src_00000000000000000000/sync', 'POST'],
      ['DELETE', '/health', 'GET, HEAD'],
    ] as const) {
      const response = await server.send(path, { method });
      expect(response.headers.get('allow')).toBe(allow);
      expect(await problemOf(response)).toMatchObject({ code: 'method_not_allowed' });
    }
  });

  it('is a problem for addresses that are not well-formed', async () => {
    for (const path of ['/v1/connections/%ff', `/v1/connections/${'x'.repeat(200)}`])
      expect(await problemOf(await server.send(path))).toMatchObject({ code: 'invalid_request' });
  });

  it.each(['', 'a b', '%', 'x:y:z', '['])('is a problem for the Host “%s”', async host => {
    const socket = connect(Number(new URL(server.url).port), '127.0.0.1');
    const headers = `host: ${host}\r\ncookie: mooring_session=${server.session}\r\nconnection: close`;
    socket.write(`DELETE /v1/tokens/tok_00000000000000000000 HTTP/1.1\r\n${headers}\r\n\r\n`);
    const answer = await text(socket);
    expect(answer).toMatch(/^HTTP\/1\.1 400 /);
    expect(JSON.parse(answer.split('\r\n\r\n')[1]!)).toMatchObject({
      code: 'invalid_request',
      detail: `The Host header “${host}” does not name a host.`,
    });
  });

  it('is a problem for bytes that are no HTTP', async () => {
    const socket = connect(Number(new URL(server.url).port), '127.0.0.1');
    socket.end('GET / HTTP/1.1\r\nbroken\r\n\r\n');
    const answer = await text(socket);
    expect(answer).toMatch(/^HTTP\/1\.1 400 Bad Request\r\n/);
    expect(problem.parse(JSON.parse(answer.split('\r\n\r\n')[1]!))).toMatchObject({
      code: 'invalid_request',
    });
  });

  it.each([
    ['broken JSON', 'application/json', '{"name":', 400, 'invalid_request'],
    ['a prototype', 'application/json', '{"__proto__":{"a":1}}', 400, 'invalid_request'],
    ['plain text', 'text/plain', '{"name":"x"}', 415, 'unsupported_media_type'],
    ['a form', 'application/x-www-form-urlencoded', 'name=x', 415, 'unsupported_media_type'],
    ['more than a MiB', 'application/json', JSON.stringify('x'.repeat(1_048_576)), 413, 'payload_too_large'],
  ])('is a problem for a body of %s', async (_, contentType, body, status, code) => {
    const response = await fetch(`${server.url}/v1/tokens`, {
      method: 'POST',
      headers: { authorization: `Bearer ${server.admin}`, 'content-type': contentType },
      body,
    });
    expect(response.status).toBe(status);
    expect(await problemOf(response)).toMatchObject({ code });
  });

  it('names each field that is not as expected', async () => {
    const body = { name: '', role: 'owner', expiresInSeconds: 1, colour: 'red', size: 2 };
    const wrong = await problemOf(await server.send('/v1/tokens', { method: 'POST', body }));
    expect(wrong.errors?.map(error => error.path).sort()).toEqual([
      'colour',
      'expiresInSeconds',
      'name',
      'role',
      'size',
    ]);
    expect(wrong.detail).toContain('colour: unknown field');
    const many = Object.fromEntries(Array.from({ length: 5000 }, (_, at) => [`n${at}`, at]));
    const first = await problemOf(
      await server.send('/v1/tokens', { method: 'POST', body: { ...body, ...many } }),
    );
    expect(first.errors).toHaveLength(100);
    expect(first.detail).toMatch(/; and 4905 more$/);
    const nested = {
      ...body,
      name: 'x',
      location: { accountt: 'x' },
      credential: { kind: 'azure-app', extra: 1 },
    };
    const inside = await problemOf(await server.send('/v1/connections', { method: 'POST', body: nested }));
    expect(inside.errors?.map(error => error.path)).toEqual(
      expect.arrayContaining(['location.accountt', 'credential.extra', 'credential.tenantId']),
    );
  });

  it.each([
    ['GET', '/v1/assets?limit=0', 'limit'],
    ['GET', '/v1/assets?limt=5', 'limt'],
    ['GET', '/v1/assets?limit=5&limit=6', 'limit'],
    ['GET', '/v1/assets/con_00000000000000000000', 'assetId'],
    ['GET', '/v1/me?verbose=1', 'verbose'],
    ['GET', '/v1/tokens?cursor=x', 'cursor'],
    ['GET', '/v1/operations?subjectId=a%00b', 'subjectId'],
  ])('names the parameter of %s %s', async (method, path, field) => {
    const wrong = await problemOf(await server.send(path, { method }));
    expect(wrong).toMatchObject({ code: 'invalid_request', errors: [{ path: field }] });
  });

  it.each(['..', 'a/b', 'Photos', 'photos?comp=list', ''])(
    'says what is wrong with the name of a container: “%s”',
    async container => {
      const { connectionId } = await server.connect();
      const body = { connectionId, container };
      const wrong = await problemOf(await server.send('/v1/sources', { method: 'POST', body }));
      expect(wrong).toMatchObject({ code: 'invalid_request', errors: [{ path: 'container' }] });
      expect(wrong.detail).toMatch(/^container: The container name /);
    },
  );

  it('names a text that no database can hold', async () => {
    const body = { name: 'a\0b', role: 'viewer' };
    const wrong = await problemOf(await server.send('/v1/tokens', { method: 'POST', body }));
    expect(wrong).toMatchObject({ code: 'invalid_request', errors: [{ path: 'name' }] });
    const sasToken = 'sv=2025-11-05&ss=b&srt=co&sp=rl&se=2099-01-01&sip=1%00&sig=AAAA';
    const credential = { kind: 'azure-sas', sasToken };
    const location = { account: 'acme', container: 'images' };
    const sas = { name: 'x', location, credential };
    const refused = await server.send('/v1/connections', { method: 'POST', body: sas });
    expect(await problemOf(refused)).toMatchObject({ status: 400 });
  });

  it('refuses a body where none is expected, and takes an empty one', async () => {
    const path = '/v1/operations/op_00000000000000000000/cancel';
    const send = (body: string) =>
      fetch(server.url + path, {
        method: 'POST',
        headers: { authorization: `Bearer ${server.admin}`, 'content-type': 'application/json' },
        body,
      });
    expect(await problemOf(await send('{"now":true}'))).toMatchObject({ errors: [{ path: 'now' }] });
    expect(await problemOf(await send(''))).toMatchObject({ code: 'not_found' });
  });
});

describe('failures of the server itself', () => {
  it('say nothing to the client and everything to the log', async () => {
    const broken = await startTestServer({
      replace: services => ({
        catalogue: {
          ...services.catalogue,
          getFolder: () => Promise.reject(new Error('the password is hunter2')),
          // Not what the contract says: an answer that is wrong is not sent.
          getSource: () => Promise.resolve({ id: 'x' } as never),
        },
      }),
    });
    try {
      for (const path of ['/v1/folders/fld_00000000000000000000', '/v1/sources/src_00000000000000000000']) {
        const response = await broken.send(path);
        expect(response.status).toBe(500);
        const said = await problemOf(response);
        expect(said.detail).toBe('Something went wrong in the server itself.');
        const line = broken.lines.find(
          text => text.includes(said.requestId) && text.includes('"level":"error"'),
        );
        expect(line).toBeDefined();
      }
      expect(broken.lines.join('')).toContain('hunter2');
    } finally {
      await broken.stop();
    }
  });

  it('say when the database is away, in readiness and everywhere', async () => {
    const pool = createPool({ host: '127.0.0.1', port: 1 }, { max: 1 });
    const db = createDb<Schema>(pool);
    const away = await startTestServer({
      replace: ({ clock }) => ({ db, healthDb: db, catalogue: createCatalogue({ db, clock }) }),
    });
    expect((await away.send('/health')).status).toBe(200);
    for (const path of ['/ready', '/v1/folders']) {
      const response = await away.send(path);
      expect(response.status).toBe(503);
      expect(await problemOf(response)).toMatchObject({
        code: 'unavailable',
        detail: expect.stringMatching(/^The database /),
      });
    }
    await away.stop();
    await pool.end();
  });
});

it('says when the disk of the database is full', async () => {
  const { pool } = server.process;
  const body = { name: 'new', role: 'viewer' };
  await pool.query(`create function no_room() returns trigger language plpgsql as $$
    begin raise exception 'could not extend file: No space left on device' using errcode = 'disk_full'; end $$`);
  await pool.query('create trigger no_room before insert on tokens execute function no_room()');
  const response = await server.send('/v1/tokens', { method: 'POST', body });
  await pool.query('drop function no_room cascade');
  expect(response.status).toBe(503);
  expect(response.headers.get('retry-after')).toBe('60');
  expect(await problemOf(response)).toMatchObject({
    code: 'unavailable',
    detail: 'The disk of the database is full, so nothing can be written.',
  });
  const again = await server.send('/v1/tokens', { method: 'POST', body });
  expect(again.status).toBe(201);
});

describe('the access log', () => {
  it('has one line for each request, and no secrets', async () => {
    const before = server.lines.length;
    const response = await server.send('/v1/operations?status=failed&cursor=Zm9v');
    const requestId = response.headers.get('x-request-id')!;
    await server.send('/relay/0123456789secretsecret', { token: null });
    await expect.poll(() => server.lines.length).toBeGreaterThanOrEqual(before + 2);
    const lines = server.lines.slice(before).map(line => JSON.parse(line));
    expect(lines.find(line => line.requestId === requestId)).toMatchObject({
      method: 'GET',
      route: '/v1/operations',
      status: response.status,
      durationMs: expect.any(Number),
    });
    expect(server.lines.join('')).not.toMatch(/secretsecret|Zm9v/);
    expect(server.lines.join('')).not.toContain(server.admin);
  });
});
