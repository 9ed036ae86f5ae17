import { signInCode } from '@mooring/contract';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { startTestServer, type TestHttpServer } from './testing.ts';

let server: TestHttpServer;
beforeAll(async () => {
  server = await startTestServer();
});
afterAll(() => server.stop());

const signIn = async (at = server) =>
  at.send('/v1/sessions', {
    method: 'POST',
    token: null,
    body: { code: signInCode((await at.newSignInLink()).url) },
  });
const withSession = (path: string, init: { method?: string; headers?: Record<string, string> } = {}) =>
  server.send(path, {
    ...init,
    token: null,
    headers: { cookie: `mooring_session=${server.session}`, ...init.headers },
  });

describe('signing in', () => {
  it('exchanges the code for a cookie that scripts cannot read', async () => {
    const response = await signIn();
    expect(response.status).toBe(201);
    expect(await response.json()).toMatchObject({
      role: 'administrator',
      via: 'session',
      name: 'Administrator',
    });
    expect(response.headers.get('set-cookie')).toMatch(
      /^mooring_session=[\w-]{43}; Max-Age=7776000; Path=\/; HttpOnly; SameSite=Lax$/,
    );
  });

  it('binds the cookie to this host where the server is reached over HTTPS, and takes no other', async () => {
    const secure = await startTestServer({ options: { publicUrl: 'https://mooring.example' } });
    const set = (await signIn(secure)).headers.get('set-cookie')!;
    expect(set).toMatch(
      /^__Host-mooring_session=[\w-]{43}; Max-Age=7776000; Path=\/; HttpOnly; Secure; SameSite=Lax$/,
    );
    const cookie = set.split(';')[0]!;
    const me = async (cookie: string) =>
      (await secure.send('/v1/me', { token: null, headers: { cookie } })).status;
    expect(await me(cookie)).toBe(200);
    // A page of another host of the domain can set a cookie without the prefix.
    expect(await me(cookie.replace('__Host-', ''))).toBe(401);
    const headers = { cookie, origin: 'https://mooring.example' };
    const out = await secure.send('/v1/sessions/current', { method: 'DELETE', token: null, headers });
    expect(out.headers.get('set-cookie')).toMatch(/^__Host-mooring_session=; .*Path=\/; .*Secure/);
    expect(await me(cookie)).toBe(401);
    await secure.stop();
  });

  it('refuses a code that is spent, with the problem that says so', async () => {
    const response = await server.send('/v1/sessions', {
      method: 'POST',
      token: null,
      body: { code: 'spent' },
    });
    expect(response.status).toBe(401);
    expect(await response.json()).toMatchObject({ code: 'sign_in_link_invalid' });
  });

  it('tells an address that guesses to wait', async () => {
    const other = await startTestServer();
    const guess = () => other.send('/v1/sessions', { method: 'POST', token: null, body: { code: 'guess' } });
    for (let i = 0; i < 10; i++) expect((await guess()).status).toBe(401);
    const slowed = await guess();
    expect([slowed.status, slowed.headers.get('retry-after')]).toEqual([429, '60']);
    await other.stop();
  });

  it('ends with the session when signing out', async () => {
    const cookie = (await signIn()).headers.get('set-cookie')!.split(';')[0]!;
    const me = () => server.send('/v1/me', { token: null, headers: { cookie } });
    expect((await me()).status).toBe(200);
    const out = await server.send('/v1/sessions/current', {
      method: 'DELETE',
      token: null,
      headers: { cookie, origin: server.url },
    });
    expect([out.status, await out.text()]).toEqual([204, '']);
    expect(out.headers.get('set-cookie')).toMatch(/^mooring_session=; .*Expires=Thu, 01 Jan 1970/);
    expect((await me()).status).toBe(401);
    const byToken = await server.send('/v1/sessions/current', { method: 'DELETE' });
    expect(await byToken.json()).toMatchObject({ code: 'invalid_request' });
  });

  it('gives an administrator another link, which works once', async () => {
    const made = await server.send('/v1/sign-in-links', { method: 'POST' });
    expect(made.status).toBe(201);
    const { url } = (await made.json()) as { url: string };
    expect(url.startsWith(`${server.url}/sign-in#code=`)).toBe(true);
    const use = () =>
      server.send('/v1/sessions', { method: 'POST', token: null, body: { code: signInCode(url) } });
    expect([(await use()).status, (await use()).status]).toEqual([201, 401]);
  });
});

describe('a request with the session cookie', () => {
  it('may read from anywhere, for nothing of it can be read there', async () => {
    const response = await withSession('/v1/me', { headers: { origin: 'https://evil.example' } });
    expect(response.status).toBe(200);
    expect(response.headers.get('access-control-allow-origin')).toBeNull();
  });

  it.each([
    ['without an origin', {}],
    ['from another site', { origin: 'https://evil.example' }],
    ['from another port of the same host', { origin: 'http://127.0.0.1:1' }],
    ['from a sandbox', { origin: 'null' }],
    ['from a sibling', { origin: 'https://evil.example', 'sec-fetch-site': 'same-site' }],
  ])('is refused %s when it changes something', async (_, headers) => {
    const response = await withSession('/v1/sign-in-links', { method: 'POST', headers });
    expect(response.status).toBe(403);
    expect(await response.json()).toMatchObject({ code: 'forbidden' });
  });

  it.each([
    ['with the own origin', () => ({ origin: server.url })],
    ['with the browser’s word for it', () => ({ 'sec-fetch-site': 'same-origin' })],
  ])('is taken %s', async (_, headers) => {
    const response = await withSession('/v1/sign-in-links', { method: 'POST', headers: headers() });
    expect(response.status).toBe(201);
  });

  it('needs no origin when a token comes with it, which no site can make a browser send', async () => {
    const response = await server.send('/v1/sign-in-links', {
      method: 'POST',
      headers: { cookie: `mooring_session=${server.session}` },
    });
    expect(response.status).toBe(201);
  });
});

describe('tokens', () => {
  it('show their secret once, work at once, and stop at once', async () => {
    const body = { name: 'ci', role: 'viewer' };
    const made = await server.send('/v1/tokens', { method: 'POST', body });
    const { secret, ...token } = (await made.json()) as { secret: string; id: string };
    expect([made.status, secret.startsWith('mrg_')]).toEqual([201, true]);
    const me = await server.send('/v1/me', { token: secret });
    expect(await me.json()).toMatchObject({ via: 'token', role: 'viewer', name: 'ci' });
    const list = await (await server.send('/v1/tokens?limit=1')).text();
    expect(JSON.parse(list).items).toMatchObject([{ ...token, lastUsedAt: expect.any(String) }]);
    expect(list).not.toContain(secret);
    expect((await server.send(`/v1/tokens/${token.id}`, { method: 'DELETE' })).status).toBe(204);
    expect((await server.send('/v1/me', { token: secret })).status).toBe(401);
  });

  it('do what their role allows and no more', async () => {
    const [read, write] = [await server.newToken('viewer'), await server.newToken('editor')];
    const status = async (token: string, method: string, path: string) =>
      (await server.send(path, { method, token })).status;
    const sync = '/v1/sources/src_00000000000000000000/sync';
    expect(await status(read, 'GET', '/v1/assets')).toBe(200);
    expect(await status(read, 'POST', sync)).toBe(403);
    expect(await status(write, 'POST', sync)).toBe(404);
    expect(await status(write, 'GET', '/v1/tokens')).toBe(403);
    const refused = await server.send('/v1/tokens', { token: write });
    expect(await refused.json()).toMatchObject({
      code: 'forbidden',
      detail: 'This needs the role administrator; this token is editor.',
    });
  });
});
