import { afterAll, beforeAll, expect, test } from 'vitest';
import { startTestServer, type TestHttpServer } from './testing.ts';

let server: TestHttpServer;
let intake: URL;
beforeAll(async () => {
  server = await startTestServer();
  const { sourceId } = await server.connect();
  const { feeds } = server.services;
  const made = await feeds.create(server.workspaceId, sourceId, { kind: 'event-grid' }, server.url);
  intake = new URL(made.webhookUrl!);
});
afterAll(() => server.stop());

const post = (address: string) =>
  fetch(server.url + address, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: '[]',
  });

test('events come in under the whole address only', async () => {
  const { pathname, search } = intake;
  expect((await post(pathname + search)).status).toBe(200);
  const wrong = ['', '?code=', `?code=${'x'.repeat(43)}`, `${search}&code=x`];
  for (const query of wrong) expect((await post(pathname + query)).status, query).toBe(404);
  for (const id of ['fd_00000000000000000000', '%00', '%ED%A0%80'])
    expect((await post(`/events/${id}${search}`)).status, id).toBeOneOf([400, 404]);
  expect(server.lines.join('')).not.toContain(intake.searchParams.get('code'));
  expect(server.lines.filter(line => line.includes('failed unexpectedly'))).toEqual([]);
});
