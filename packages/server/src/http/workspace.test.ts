import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { startTestServer, type TestHttpServer } from './testing.ts';

describe('the workspace', () => {
  let server: TestHttpServer;
  beforeAll(async () => {
    server = await startTestServer();
  });
  afterAll(() => server.stop());

  const patch = (body: object, token?: string) =>
    server.send('/v1/workspace', { method: 'PATCH', body, ...(token !== undefined && { token }) });

  test('is read by everybody and changed by administrators', async () => {
    const reader = await server.newToken('viewer');
    const fresh = {
      id: server.workspaceId,
      maxAssets: null,
      assetCount: 0,
      overQuotaCount: 0,
      maxSigningSeconds: 3600,
      settled: true,
    };
    expect(await (await server.send('/v1/workspace', { token: reader })).json()).toMatchObject(fresh);
    expect((await patch({ maxAssets: 1 }, await server.newToken('editor'))).status).toBe(403);
    for (const maxAssets of [0, 9_000_000_000, null]) {
      const response = await patch({ maxAssets });
      expect([response.status, await response.json()]).toMatchObject([200, { maxAssets, settled: false }]);
    }
  });

  test.each([
    {},
    { maxAssets: -1 },
    { maxAssets: 1.5 },
    { maxAssets: '1' },
    { maxAssets: 2 ** 53 },
    { maxAssets: 1, name: 'x' },
    { maxSigningSeconds: 3599 },
    { maxSigningSeconds: 604_801 },
    { maxSigningSeconds: null },
  ])('%j is refused', async body => {
    expect((await patch(body)).status).toBe(400);
  });

  test('lets service tokens ask for URLs that work for days, and no other callers', async () => {
    const asset = await server.add(await server.connect(), 'a.txt', 'hello');
    const sign = (expiresInSeconds: number, how: object = {}) =>
      server.send('/v1/assets/sign', {
        ...{ method: 'POST', ...how },
        body: { assetIds: [asset], expiresInSeconds },
      });
    const week = 7 * 86_400;
    expect((await sign(3600)).status).toBe(200);
    const early = await sign(week);
    expect([early.status, await early.json()]).toMatchObject([
      403,
      { detail: 'URLs may work for 3600 seconds in this workspace, and 604800 were asked for.' },
    ]);
    expect((await patch({ maxSigningSeconds: week })).status).toBe(200);
    const signed = (await (await sign(week)).json()) as { items: { url: string; expiresAt: string }[] };
    const leftMs = Date.parse(signed.items[0]!.expiresAt) - Date.now();
    expect(leftMs).toBeGreaterThan((week - 3600) * 1000);
    expect(leftMs).toBeLessThanOrEqual((week + 1) * 1000);
    expect(await (await fetch(signed.items[0]!.url)).text()).toBe('hello');
    expect((await sign(week + 1)).status).toBe(400);
    const headers = { cookie: `mooring_session=${server.session}`, origin: server.url };
    expect((await sign(3600, { token: null, headers })).status).toBe(200);
    expect((await sign(3601, { token: null, headers })).status).toBe(403);
    expect((await patch({ maxSigningSeconds: 3600 })).status).toBe(200);
    expect((await sign(3601)).status).toBe(403);
  });
});
