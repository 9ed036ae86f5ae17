import type { AuditEntry } from '@mooring/contract';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { CONNECTION, startTestServer, type TestHttpServer } from './testing.ts';

let server: TestHttpServer;
beforeAll(async () => {
  server = await startTestServer();
});
afterAll(() => server.stop());

interface Answer {
  id: string;
  items: { url: string; expiresAt: string }[];
}
const json = async (path: string, init: Parameters<TestHttpServer['send']>[1] = {}) => {
  const answer = await server.send(path, init);
  return { status: answer.status, body: (answer.status === 204 ? null : await answer.json()) as Answer };
};
const entries = async (query = ''): Promise<AuditEntry[]> =>
  (await json(`/v1/audit/entries?order=oldest&limit=1000${query}`)).body.items as never;
/** What came since. */
async function since<T>(act: () => Promise<T>): Promise<{ result: T; added: AuditEntry[] }> {
  const before = (await entries()).length;
  const result = await act();
  return { result, added: (await entries()).slice(before) };
}
const post = (path: string, body?: object, token?: string) =>
  json(path, { method: 'POST', ...(body && { body }), ...(token && { token }) });

test('what changes something is written down, with who did it and what it was done to', async () => {
  const { result, added } = await since(async () => {
    const connection = (await post('/v1/connections', CONNECTION)).body;
    await json(`/v1/connections/${connection.id}`, { method: 'PATCH', body: { name: 'Other' } });
    const token = (await post('/v1/tokens', { name: 'robot', role: 'viewer' })).body;
    const link = (await post('/v1/sign-in-links')).body;
    const webhook = (await post('/v1/webhooks', { url: 'https://example.com/hook?key=secret' })).body;
    await json(`/v1/tokens/${token.id}`, { method: 'DELETE' });
    await json(`/v1/connections/${connection.id}`, { method: 'DELETE' });
    return { connection, token, link, webhook };
  });
  const { connection, token, link, webhook } = result;
  expect(added.map(({ action, subjectId }) => [action, subjectId])).toEqual([
    ['connection.created', connection.id],
    ['connection.updated', connection.id],
    ['token.created', token.id],
    ['sign_in_link.created', link.id],
    ['webhook.created', webhook.id],
    ['token.revoked', token.id],
    ['connection.removed', connection.id],
  ]);
  for (const entry of added) {
    expect(entry).toMatchObject({
      caller: { via: 'token', name: 'a token of administrator' },
      outcome: 'done',
      address: '127.0.0.1',
    });
  }
  expect(added[1]!.detail).toMatchObject({ changed: 'name', name: 'Other' });
  expect(added[2]!.detail).toMatchObject({ name: 'robot', role: 'viewer' });
  expect(added[4]!.detail).toEqual({ host: 'example.com' });
  expect(JSON.stringify(added)).not.toMatch(/mrg_|#code=|key=secret|not-a-real-secret/);
});

test('what a caller may not do is written down once in a minute, and the use of a spent link', async () => {
  const token = await server.newToken('viewer');
  const { id } = (await post('/v1/connections', CONNECTION)).body;
  const code = new URL((await server.newSignInLink()).url).hash.slice('#code='.length);
  const signIn = () => server.send('/v1/sessions', { method: 'POST', token: null, body: { code } });
  expect((await signIn()).status).toBe(201);
  const { result, added } = await since(async () => {
    const statuses: number[] = [];
    for (let times = 0; times < 3; times++)
      statuses.push((await json(`/v1/connections/${id}`, { method: 'DELETE', token })).status);
    statuses.push((await signIn()).status, (await json('/v1/audit', { token })).status);
    return statuses;
  });
  expect(result).toEqual([403, 403, 403, 401, 403]);
  expect(added).toMatchObject([
    {
      ...{ action: 'connection.removed', outcome: 'refused', subjectId: id, address: '127.0.0.1' },
      caller: { via: 'token', name: 'a token of viewer' },
    },
    {
      ...{ action: 'session.begun', outcome: 'refused', subjectId: expect.stringMatching(/^sil_/) },
      ...{ caller: { via: 'session', id: null }, address: '127.0.0.1' },
    },
  ]);
});

test('a request that is wrong, and a repeated one, write nothing', async () => {
  const key = { 'idempotency-key': 'once' };
  const create = () =>
    json('/v1/tokens', { method: 'POST', headers: key, body: { name: 'once', role: 'viewer' } });
  const { added } = await since(async () => {
    await post('/v1/tokens', { name: '', role: 'viewer' });
    await json('/v1/tokens/tok_00000000000000000000', { method: 'DELETE' });
    await create();
    await create();
  });
  expect(added.map(({ detail }) => detail.name)).toEqual(['once']);
});

test('signing in and out is written down with the session', async () => {
  const { added } = await since(async () => {
    const code = new URL((await server.newSignInLink()).url).hash.slice('#code='.length);
    const answer = await server.send('/v1/sessions', { method: 'POST', token: null, body: { code } });
    const cookie = answer.headers.getSetCookie()[0]!.split(';')[0]!;
    const headers = { cookie, origin: server.url };
    await server.send('/v1/sessions/current', { method: 'DELETE', token: null, headers });
  });
  const [begun, ended] = added;
  expect(begun).toMatchObject({ action: 'session.begun', caller: { via: 'session', name: 'Administrator' } });
  expect(begun!.subjectId).toMatch(/^ses_/);
  expect(ended).toMatchObject({
    action: 'session.ended',
    subjectId: begun!.subjectId,
    caller: begun!.caller,
  });
});

test('what is read is written down where the workspace wants it', async () => {
  const place = await server.connect();
  const ids = [await server.add(place, 'a.txt', 'a'), await server.add(place, 'b.txt', 'b')];
  const sign = async () => (await post('/v1/assets/sign', { assetIds: ids })).body;
  expect((await since(sign)).added).toEqual([]);
  const chosen = await json('/v1/audit', { method: 'PATCH', body: { recordsReads: true, keepDays: 30 } });
  expect(chosen.body).toMatchObject({ recordsReads: true, keepDays: 30 });

  const { result, added } = await since(sign);
  expect(added).toMatchObject([
    {
      ...{ action: 'asset.signed', subjectId: place.connectionId, address: '127.0.0.1' },
      caller: { via: 'token', name: 'a token of administrator' },
      detail: { endsAt: result.items[0]!.expiresAt },
    },
  ]);
  expect(added[0]!.assetIds.toSorted()).toEqual(ids.toSorted());
  // The relay says to whom its address was given. A player's many ranges are one read.
  const relayed = await since(async () => {
    for (const range of ['bytes=0-0', 'bytes=0-0'])
      expect(await (await fetch(result.items[0]!.url, { headers: { range } })).text()).toMatch(/^[ab]$/);
    await fetch(result.items[0]!.url, { method: 'HEAD' });
  });
  expect(relayed.added).toMatchObject([
    {
      ...{ action: 'asset.relayed', assetIds: [expect.stringMatching(/^ast_/)] },
      caller: { via: 'relay', id: added[0]!.caller.id },
    },
  ]);
  expect(await entries(`&assetId=${ids[0]}&action=asset.signed`)).toHaveLength(1);
  expect((await json('/v1/audit/entries?action=nonsense')).status).toBe(400);
  expect((await json('/v1/audit', { token: await server.newToken('editor') })).status).toBe(403);
});

test('many signings at the same time are few entries', async () => {
  const place = await server.connect();
  const ids = await Promise.all(Array.from({ length: 60 }, (_, i) => server.add(place, `${i}.txt`, 'x')));
  const { added } = await since(() =>
    Promise.all(ids.map(id => post('/v1/assets/sign', { assetIds: [id] }))),
  );
  expect(added.flatMap(({ assetIds }) => assetIds).toSorted()).toEqual(ids.toSorted());
  expect(added.length).toBeLessThan(ids.length);
});

test('lines of the access log carry the caller, also of the relay', async () => {
  const { id } = (await post('/v1/tokens', { name: 'logged', role: 'viewer' })).body;
  const place = await server.connect();
  await fetch(await server.sign(await server.add(place, 'log.txt', 'x')));
  const logged = (part: string) =>
    server.lines
      .map(line => JSON.parse(line) as Record<string, unknown>)
      .findLast(line => line.msg === 'request' && String(line.route).startsWith(part));
  await expect.poll(() => logged('/relay/')).toMatchObject({ caller: expect.stringMatching(/^mem_/) });
  expect(logged('/v1/tokens')).toMatchObject({ caller: expect.stringMatching(/^tok_/) });
  expect(logged('/v1/tokens')!.caller).not.toBe(id);
  await server.send('/v1/me', { token: null });
  await expect.poll(() => logged('/v1/me')).toBeDefined();
  expect(logged('/v1/me')).not.toHaveProperty('caller');
});
