import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { type IncomingHttpHeaders, request } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { buffer } from 'node:stream/consumers';
import { brotliDecompressSync, gunzipSync } from 'node:zlib';
import { ERROR_CODES } from '@mooring/contract';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { startTestServer, type TestHttpServer } from './testing.ts';

const SCRIPT = `console.log(${JSON.stringify('moor '.repeat(1000))})`;
const LABELS = 'https://labels.example';
let server: TestHttpServer;
let webDir: string;
beforeAll(async () => {
  webDir = await mkdtemp(join(tmpdir(), 'mooring-web-'));
  await writeFile(join(webDir, 'index.html'), '<p>the app');
  await writeFile(join(webDir, 'app.js'), SCRIPT);
  server = await startTestServer({
    options: { webDir, corsOrigins: [LABELS], trustedProxies: ['127.0.0.0/8'] },
  });
});
afterAll(async () => {
  await server.stop();
  await rm(webDir, { recursive: true });
});

interface Answer {
  status: number;
  headers: IncomingHttpHeaders;
  body: Buffer;
}

/** Sends a request exactly as it is written: fetch tidies paths, knows few methods and unpacks answers. */
function send(
  method: string,
  path: string,
  headers: Record<string, string> = {},
  body = '',
): Promise<Answer> {
  const authorization = `Bearer ${server.admin}`;
  return new Promise((resolve, reject) => {
    const sent = request(server.url, { method, path, headers: { authorization, ...headers } }, response => {
      const { statusCode: status = 0, headers } = response;
      buffer(response).then(body => resolve({ status, headers, body }), reject);
    });
    sent.on('error', reject);
    sent.end(body);
  });
}
const codeOf = ({ body }: Answer): string => JSON.parse(body.toString()).code;

describe('a request that is not as it should be is refused, and is no failure of the server', () => {
  it.each([
    ['PROPFIND', '/v1/connections', 'GET, HEAD, POST'],
    ['OPTIONS', '/events/fed_00000000000000000000', null],
    ['TRACE', '/v1/assets/ast_00000000000000000000/content', 'GET, HEAD'],
    ['HEAD', '/v1/assets/sign', 'POST'],
    ['POST', '/docs/api', 'GET, HEAD'],
    ['LINK', '/v1/openapi.json', 'GET, HEAD'],
    ['PUT', '/relay/x', 'GET, HEAD, OPTIONS'],
    ['GET', '/events/fed_00000000000000000000', 'POST, OPTIONS'],
    ['QUERY', '/v1/connections', 'GET, HEAD, POST'],
    ['MKCOL', '/nothing', null],
  ])('%s %s', async (method, path, allow) => {
    const { status, headers } = await send(method, path);
    expect(status).toBeLessThan(500);
    if (allow) expect({ status, allow: headers.allow }).toEqual({ status: 405, allow });
    else expect(status).toBeGreaterThanOrEqual(400);
  });

  it.each(['/.', '/..', '/./v1', '//', '/%00', '/%2e%2e/', '/%5c..', '/v1/%00', '/index.html%00'])(
    'the path %s',
    async path => {
      for (const accept of ['text/html', '*/*'])
        expect(await send('GET', path, { accept })).toMatchObject({ status: 404 });
    },
  );

  it.each([
    ['/v1/assets?name=%00', 400],
    ['/v1/assets?name=a%ED%A0%80', 200], // bytes that are no UTF-8 read as U+FFFD
    ['/v1/assets?connectionId=%00', 400],
    ['/v1/folders?parentId=%00', 400],
    ['/v1/operations?subjectId=%00', 400],
    ['/v1/operations?cursor=%00', 400],
    ['/v1/setup/%00', 404],
    ['/relay/%00', 403],
  ])('%s', async (path, status) => {
    expect(await send('GET', path)).toMatchObject({ status });
  });

  it('half of a surrogate pair in a body', async () => {
    const json = { 'content-type': 'application/json' };
    const answer = await send('POST', '/v1/tokens', json, '{"name":"\\ud800","role":"viewer"}');
    expect({ status: answer.status, code: codeOf(answer) }).toEqual({ status: 400, code: 'invalid_request' });
  });

  it('null in the place of a body', async () => {
    const { connectionId } = await server.connect();
    for (const [method, path] of [
      ['POST', `/v1/connections/${connectionId}/checks`],
      ['DELETE', `/v1/connections/${connectionId}`],
    ] as const) {
      const answer = await send(method, path, { 'content-type': 'application/json' }, 'null');
      expect(answer).toMatchObject({ status: 400 });
    }
  });
});

describe('what a browser opens without signing in', () => {
  it.each(['/docs/api', '/docs/problems', '/v1/openapi.json'])('%s', async path => {
    const answer = await send('GET', path, { authorization: '', accept: 'text/html' });
    expect(answer).toMatchObject({ status: 200 });
  });

  it('the type of every problem leads to its place on a page', async () => {
    const answer = JSON.parse((await send('GET', '/v1/nothing')).body.toString());
    const page = (await send('GET', answer.type.split('#')[0])).body.toString();
    expect(answer.type).toBe('/docs/problems#not_found');
    for (const [code, { title }] of Object.entries(ERROR_CODES)) {
      expect(page).toContain(`<tr id="${code}">`);
      expect(page).toContain(title);
    }
  });
});

describe('compression', () => {
  it.each([
    ['br', brotliDecompressSync],
    ['gzip', gunzipSync],
  ])('%s: scripts and JSON', async (encoding, unpack) => {
    for (const path of ['/app.js', '/v1/openapi.json']) {
      const plain = await send('GET', path);
      const packed = await send('GET', path, { 'accept-encoding': encoding });
      expect(packed.headers).toMatchObject({ 'content-encoding': encoding });
      expect(packed.headers.vary).toMatch(/accept-encoding/i);
      expect(packed.body.length).toBeLessThan(plain.body.length / 3);
      expect(unpack(packed.body).equals(plain.body)).toBe(true);
    }
  });

  it('a relayed object stays as it is', async () => {
    const content = 'moor '.repeat(1000);
    const assetId = await server.add(await server.connect(), 'notes.html', content, 'text/html');
    const path = (await server.sign(assetId)).slice(server.url.length);
    const whole = await send('GET', path, { 'accept-encoding': 'br, gzip' });
    expect(whole.headers).toMatchObject({ 'content-length': String(content.length) });
    expect(whole.headers['content-encoding']).toBeUndefined();
  });
});

describe('pages of other origins', () => {
  const preflight = (origin: string) => ({
    ...{ authorization: '', origin, 'access-control-request-method': 'PATCH' },
    'access-control-request-headers': 'authorization,content-type,idempotency-key,if-match',
  });

  it('a configured one may call the API with a token, and never with a cookie', async () => {
    const asked = await send('OPTIONS', '/v1/connections/con_00000000000000000000', preflight(LABELS));
    expect(asked).toMatchObject({ status: 204, headers: { 'access-control-allow-origin': LABELS } });
    expect(asked.headers['access-control-allow-methods']).toContain('PATCH');
    expect(asked.headers['access-control-allow-headers']).toMatch(/Authorization.*Idempotency-Key.*If-Match/);
    const answer = await send('GET', '/v1/connections', { origin: LABELS });
    expect(answer).toMatchObject({ status: 200, headers: { 'access-control-allow-origin': LABELS } });
    expect(answer.headers['access-control-expose-headers']).toMatch(/ETag.*Operation-Location/);
    expect(asked.headers['access-control-allow-credentials']).toBeUndefined();
    expect(answer.headers['access-control-allow-credentials']).toBeUndefined();
  });

  it('another one may not', async () => {
    const other = 'https://evil.example';
    const asked = await send('OPTIONS', '/v1/connections', preflight(other));
    const answer = await send('GET', '/v1/connections', { origin: other });
    for (const { headers } of [asked, answer]) {
      expect(headers['access-control-allow-origin']).toBeUndefined();
      expect(headers.vary).toMatch(/origin/i);
    }
  });

  it('without configured origins none may', async () => {
    const closed = await startTestServer();
    const headers = { origin: LABELS, 'access-control-request-method': 'GET' };
    const asked = await closed.send('/v1/connections', { method: 'OPTIONS', token: null, headers });
    expect(asked.status).toBe(401);
    expect(asked.headers.get('access-control-allow-origin')).toBeNull();
    await closed.stop();
  });
});

it('believes a trusted proxy who the caller is, and only the address that the proxy itself has seen', async () => {
  const before = server.lines.length;
  const forwarded = { 'x-forwarded-for': '198.51.100.1, 203.0.113.7', authorization: 'Bearer none' };
  expect((await send('GET', '/v1/assets', forwarded)).status).toBe(401);
  expect(server.lines.slice(before).map(line => JSON.parse(line).address)).toContain('203.0.113.7');
});
