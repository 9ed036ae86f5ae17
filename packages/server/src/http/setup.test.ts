import { afterAll, beforeAll, expect, test } from 'vitest';
import { startTestServer, type TestHttpServer } from './testing.ts';

const REQUEST = {
  location: {
    account: 'acme',
    endpoint: 'https://acme.blob.core.windows.net',
    container: 'photos',
    prefix: '',
  },
  identity: { kind: 'mooring-app', clientId: '11111111-2222-4333-8444-555555555555' },
};

let server: TestHttpServer;
beforeAll(async () => {
  server = await startTestServer();
});
afterAll(() => server.stop());

const post = (path: string, body: unknown, token = server.admin) =>
  server.send(path, { method: 'POST', body, token });

test('a person who may read gets the texts, but only an administrator a link', async () => {
  const reader = await server.newToken('editor', { readOnly: true });
  const response = await post('/v1/setup', REQUEST, reader);
  expect(response.status).toBe(200);
  const document = (await response.json()) as { sections: { id: string }[] };
  expect(document.sections.map(({ id }) => id)).toEqual(['start', 'identity', 'roles', 'removal']);
  expect((await post('/v1/setup-links', REQUEST, reader)).status).toBe(403);
  expect((await server.send('/v1/setup', { method: 'POST', body: REQUEST, token: null })).status).toBe(401);
});

test('what is wrong with a request is said of its field', async () => {
  const response = await post('/v1/setup', { ...REQUEST, origins: ['https://mooring.example/'] });
  expect(response.status).toBe(400);
  expect(await response.json()).toMatchObject({
    code: 'invalid_request',
    errors: [{ path: 'origins.0', message: expect.stringContaining('without a slash at its end') }],
  });
});

test('a link opens without a credential, until it is taken back, and stands in no log', async () => {
  const created = (await (await post('/v1/setup-links', REQUEST)).json()) as { id: string; url: string };
  const token = created.url.slice(`${server.url}/setup/`.length);
  const open = () => server.send(`/v1/setup/${token}`, { token: null });

  const response = await open();
  expect(response.status).toBe(200);
  const text = await response.text();
  expect(JSON.parse(text)).toMatchObject({ workspace: 'Default', document: { location: REQUEST.location } });
  for (const secret of [server.workspaceId, created.id, token]) expect(text).not.toContain(secret);

  const removed = await server.send(`/v1/setup-links/${created.id}`, { method: 'DELETE' });
  expect(removed.status).toBe(204);
  const gone = await open();
  expect(gone.status).toBe(404);
  expect(await gone.json()).toMatchObject({ code: 'setup_link_invalid' });

  const log = server.lines.join('\n');
  expect(log).toContain('/v1/setup/:token');
  expect(log).not.toContain(token.slice(4));
});

test('a link does not open to a credential of the wrong kind, or to half of it', async () => {
  const { url } = (await (await post('/v1/setup-links', REQUEST)).json()) as { url: string };
  const token = url.slice(`${server.url}/setup/`.length);
  for (const other of [token.slice(0, -1), token.slice(4), server.admin, 'x'.repeat(201)]) {
    const { status } = await server.send(`/v1/setup/${other}`, { token: null });
    expect([400, 404]).toContain(status);
  }
  expect((await server.send('/v1/connections', { token })).status).toBe(401);
});
