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
  ])('%j is refused', async body => {
    expect((await patch(body)).status).toBe(400);
  });
});
