import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { startTestServer, type TestHttpServer } from './testing.ts';

describe('one caller', () => {
  let server: TestHttpServer;
  let release = Promise.withResolvers<void>();
  beforeAll(async () => {
    server = await startTestServer({
      limits: {
        requestsPerWorkspace: 3,
        requestsPerCaller: 2,
        eventStreamsPerCaller: 1,
        webhooksPerWorkspace: 1,
        tokensPerWorkspace: 6,
      },
      replace: ({ catalogue }) => ({
        catalogue: {
          ...catalogue,
          listFolders: async (workspaceId, query) => {
            await release.promise;
            return catalogue.listFolders(workspaceId, query);
          },
        },
      }),
    });
  });
  afterAll(() => server.stop());

  it('has only so many requests answered at once; another caller has its own share', async () => {
    release = Promise.withResolvers();
    let answered = 0;
    const ask = async (token: string) => {
      const response = await server.send('/v1/folders', { token });
      answered++;
      return response;
    };
    const many = Array.from({ length: 2 + 2 * 64 + 1 }, () => ask(server.admin));
    const refused = await Promise.race(many);
    expect([refused.status, refused.headers.get('retry-after')]).toEqual([429, '2']);
    expect(await refused.json()).toMatchObject({ code: 'too_many_requests' });
    expect(answered).toBe(1);
    const other = await server.newToken('viewer');
    expect((await server.send('/v1/me', { token: other })).status).toBe(200);
    expect((await server.send('/health', { token: null })).status).toBe(200);
    release.resolve();
    const statuses = (await Promise.all(many)).map(({ status }) => status);
    expect(statuses.filter(status => status === 200)).toHaveLength(130);
  });

  it('has only so many event streams open', async () => {
    const { sourceId } = await server.connect();
    const started = await server.send(`/v1/sources/${sourceId}/sync`, { method: 'POST' });
    const stream = (token: string, leave = new AbortController()) =>
      server.send(started.headers.get('operation-location')!, {
        token,
        headers: { accept: 'text/event-stream' },
        signal: leave.signal,
      });
    const leave = new AbortController();
    const first = await stream(server.admin, leave);
    expect(first.status).toBe(200);
    const second = await stream(server.admin);
    expect([second.status, second.headers.get('retry-after')]).toEqual([429, '2']);
    leave.abort();
    await expect
      .poll(async () => {
        const next = new AbortController();
        const { status } = await stream(server.admin, next);
        next.abort();
        return status;
      })
      .toBe(200);
  });

  it('makes no more of a thing than the workspace may have', async () => {
    const body = { url: 'https://receiver.example/hook' };
    const make = () => server.send('/v1/webhooks', { method: 'POST', body });
    expect((await make()).status).toBe(201);
    const refused = await make();
    expect(await refused.json()).toMatchObject({
      code: 'conflict',
      detail: 'This workspace has 1 webhooks; the installation allows 1.',
    });
  });

  it('has its body read only after it is known, and not where it nests too deep', async () => {
    const send = (token: string | null, text: string) =>
      fetch(`${server.url}/v1/webhooks`, {
        method: 'POST',
        headers: {
          'content-type': 'application/json',
          ...(token && { authorization: `Bearer ${token}` }),
        },
        body: text,
      });
    expect((await send(null, '{')).status).toBe(401);
    expect((await send(null, '['.repeat(1_000_000))).status).toBe(401);
    const deep = await send(server.admin, '['.repeat(1_000_000));
    expect(await deep.json()).toMatchObject({
      code: 'invalid_request',
      detail: expect.stringMatching(/64 deep/),
    });
  });

  it('sends little where it needs no credential', async () => {
    const response = await fetch(`${server.url}/v1/sessions`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ code: 'x'.repeat(20_000) }),
    });
    expect(response.status).toBe(413);
  });
});
