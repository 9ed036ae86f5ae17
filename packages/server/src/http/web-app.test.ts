import { once } from 'node:events';
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { connect } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it, test } from 'vitest';
import { appPolicy } from './security-headers.ts';
import { startTestServer, type TestHttpServer } from './testing.ts';

let server: TestHttpServer;
let root: string;
beforeAll(async () => {
  root = await mkdtemp(join(tmpdir(), 'mooring-web-'));
  const webDir = join(root, 'static', 'dist'); // a name that means nothing there
  await mkdir(join(webDir, 'static'), { recursive: true });
  await writeFile(join(webDir, 'index.html'), '<!doctype html><title>Mooring</title>');
  await writeFile(join(webDir, 'mark.svg'), '<svg xmlns="http://www.w3.org/2000/svg"/>');
  await writeFile(join(webDir, 'static', 'index-a1b2c3.js'), 'export {};');
  await writeFile(join(root, 'static', 'secret.txt'), 'not for the web');
  server = await startTestServer({ options: { webDir } });
});
afterAll(async () => {
  await server.stop();
  await rm(root, { recursive: true });
});

const visit = (path: string, accept = 'text/html,*/*') =>
  server.send(path, { token: null, headers: { accept } });

test.each([
  [['mooring.example'], "script-src mooring.example/static/ mooring.example/theme.js 'wasm-unsafe-eval';"],
  [
    ['127.0.0.1:7070', 'a-b.example'],
    'script-src 127.0.0.1:7070/static/ 127.0.0.1:7070/theme.js a-b.example/static/',
  ],
  [['[::1]:7070'], "script-src 'self' 'wasm-unsafe-eval';"],
  [['x; script-src *'], "script-src 'self' 'wasm-unsafe-eval';"],
])('under %j the policy has %s', (hosts, expected) => {
  expect(appPolicy({ plainHttp: false, hosts })).toContain(expected);
});

/** As it was written: `fetch` would take the steps up out of the path. */
async function raw(request: string): Promise<string> {
  const { hostname, port } = new URL(server.url);
  const socket = connect(Number(port), hostname);
  let answer = '';
  socket.setEncoding('utf8').on('data', text => {
    answer += text;
  });
  socket.write(request);
  await once(socket, 'end');
  return answer;
}

describe('the web app', () => {
  it.each([
    '/',
    '/sign-in',
    '/assets',
    '/assets/ast_00000000000000000000',
    '/connections/con_00000000000000000000?tab=checks',
  ])(
    'has its page at %s, which may load media from anywhere and scripts only from its own files',
    async path => {
      const response = await visit(path);
      expect([response.status, await response.text()]).toEqual([
        200,
        '<!doctype html><title>Mooring</title>',
      ]);
      expect(response.headers.get('cache-control')).toBe('no-cache');
      const policy = response.headers.get('content-security-policy')!;
      const { host } = new URL(server.url);
      expect(policy).toContain(`script-src ${host}/static/ ${host}/theme.js 'wasm-unsafe-eval';`);
      expect(policy).toContain(`worker-src ${host}/static/;`);
      expect(policy).not.toContain('frame-src');
      expect(policy).toContain("img-src 'self' data: blob: https:;");
      expect(policy).toContain("frame-ancestors 'none'");
      expect(policy).not.toMatch(/http:/);
      expect(response.headers.get('referrer-policy')).toBe('same-origin');
    },
  );

  it('has files that browsers keep for good where the name holds a hash', async () => {
    const script = await visit('/static/index-a1b2c3.js', '*/*');
    expect(script.headers.get('content-type')).toContain('javascript');
    expect(script.headers.get('cache-control')).toBe('public, max-age=31536000, immutable');
    const mark = await visit('/mark.svg', '*/*');
    expect([mark.status, mark.headers.get('cache-control')]).toEqual([200, 'no-cache']);
  });

  it.each([
    '/static/gone-000000.js',
    '/v1/nothing',
    '/v1',
    '/relay/',
    '/docs/other',
    '/%2e%2e/secret.txt',
    '/static/..%2f..%2fsecret.txt',
  ])('has no page at %s', async path => {
    const response = await visit(path, path.includes('secret') ? '*/*' : 'text/html');
    expect(response.status).toBeGreaterThanOrEqual(400);
    expect(response.headers.get('content-type')).toMatch(/^application\/problem\+json/);
  });

  it.each([
    '/../../etc/passwd',
    '/..',
    '/..%2f..%2fetc/passwd',
    '/%2E%2e/%2e./etc/passwd',
    '/static/../../secret.txt',
    '/..\\..\\etc\\passwd',
    '//../secret.txt',
  ])('says 404 to %s as it stands, and logs no error', async path => {
    const before = server.lines.length;
    const answer = await raw(
      `GET ${path} HTTP/1.1\r\nHost: x\r\nAccept: text/html\r\nConnection: close\r\n\r\n`,
    );
    expect(answer).toMatch(/^HTTP\/1\.1 404 .*"code":"not_found"/s);
    expect(server.lines.slice(before).filter(line => /"level":"(warn|error)"/.test(line))).toEqual([]);
  });

  it('has no page for what asks for something else', async () => {
    expect((await visit('/connections', 'application/json')).status).toBe(401);
    const posted = await server.send('/connections', { method: 'POST', token: null });
    expect(posted.status).toBe(401);
  });
});
