import { randomUUID } from 'node:crypto';
import {
  acceptsIfMatch,
  type Connection,
  connection,
  operation,
  type Route,
  routes,
  source,
} from '@mooring/contract';
import { afterAll, beforeAll, describe, expect, it, onTestFinished } from 'vitest';
import { LEGACY_TOKEN, startLabelStudio } from '../connectors/testing-label-studio.ts';
import { CONNECTION, startTestServer, type TestHttpServer } from './testing.ts';

let server: TestHttpServer;
beforeAll(async () => {
  server = await startTestServer();
});
afterAll(() => server.stop());

const post = (path: string, body?: unknown, headers: Record<string, string> = {}) =>
  server.send(path, { method: 'POST', body, headers });
const create = async () => connection.parse(await (await post('/v1/connections', CONNECTION)).json());

describe('connections', () => {
  it('are made and read without their secret', async () => {
    const response = await post('/v1/connections', CONNECTION);
    const text = await response.text();
    expect(response.status).toBe(201);
    expect(response.headers.get('etag')).toBe('"1"');
    expect(text).not.toContain(CONNECTION.credential.clientSecret);
    const made = JSON.parse(text) as Connection;
    const list = await (await server.send('/v1/connections')).json();
    expect(list).toMatchObject({ items: expect.arrayContaining([made]), nextCursor: null });
  });

  it('change only from the revision that If-Match names', async () => {
    const { id } = await create();
    const rename = (name: string, etag?: string) =>
      server.send(`/v1/connections/${id}`, {
        method: 'PATCH',
        body: { name },
        headers: etag === undefined ? {} : { 'if-match': etag },
      });
    const { headers } = await server.send(`/v1/connections/${id}`);
    const changed = await rename('second', headers.get('etag')!);
    expect([changed.status, changed.headers.get('etag')]).toEqual([200, '"2"']);
    const stale = await rename('third', headers.get('etag')!);
    expect(stale.status).toBe(412);
    expect(await stale.json()).toMatchObject({ code: 'stale_revision' });
    expect((await rename('fourth', '3')).status).toBe(400);
    expect((await rename('fifth', '*')).status).toBe(200);
    expect(await (await rename('sixth')).json()).toMatchObject({ name: 'sixth', revision: 4 });
  });

  it('are removed by an operation that can be watched', async () => {
    const { id } = await create();
    const response = await server.send(`/v1/connections/${id}`, { method: 'DELETE' });
    const started = operation.parse(await response.json());
    expect(response.status).toBe(202);
    expect(response.headers.get('operation-location')).toBe(`/v1/operations/${started.id}`);
    expect((await server.send(response.headers.get('operation-location')!)).status).toBe(200);
    expect((await server.send(`/v1/connections/${id}`)).status).toBe(404);
  });

  it('are removed to the end, because no page shows what is left', async () => {
    const { id } = await create();
    const started = await (await server.send(`/v1/connections/${id}`, { method: 'DELETE' })).json();
    const cancel = await post(`/v1/operations/${started.id}/cancel`);
    expect([cancel.status, (await cancel.json()).code]).toEqual([409, 'conflict']);
    expect(await (await server.send(`/v1/operations/${started.id}`)).json()).toMatchObject({
      status: 'queued',
    });
  });
});

describe('If-Match', () => {
  it('is honoured by every route that changes settings with a revision', async () => {
    const { sourceId } = await server.connect();
    const { folderId } = await server.services.catalogue.getSource(server.workspaceId, sourceId);
    const [{ id: movable }, { id: renamed }] = [await create(), await create()];
    const { id: datasetId } = await (await post('/v1/datasets', { name: 'Streets' })).json();
    const { items: members } = await (await server.send('/v1/members')).json();
    await server.send('/v1/profiles/ours', { method: 'PUT', body: { rules: [] } });
    const tool = await startLabelStudio();
    onTestFinished(tool.close);
    const connector = {
      name: 'Streets',
      url: tool.url,
      token: LEGACY_TOKEN,
      projectId: 7,
      filter: { sourceId },
    };
    const { id: connectorId } = await (await post('/v1/connectors', connector)).json();
    const changes: Record<string, [path: string, body: object]> = {
      updateWorkspace: ['/v1/workspace', { maxAssets: null }],
      updateMember: [`/v1/members/${members[0].id}`, { name: 'Ada' }],
      updateAudit: ['/v1/audit', { keepDays: 30 }],
      updateConnection: [`/v1/connections/${renamed}`, { name: 'Renamed' }],
      moveConnection: [
        `/v1/connections/${movable}/location`,
        { location: { account: 'acme', container: 'others' } },
      ],
      updateConnector: [`/v1/connectors/${connectorId}`, { everySeconds: 3600 }],
      updateSource: [`/v1/sources/${sourceId}`, { probes: false }],
      updateFolder: [`/v1/folders/${folderId}`, { description: 'Streets at night' }],
      updateDataset: [`/v1/datasets/${datasetId}`, { description: 'Streets at night' }],
      putProfile: ['/v1/profiles/ours', { description: 'Ours', rules: [] }],
    };
    const honouring = Object.entries<Route>(routes).filter(([, route]) => acceptsIfMatch(route));
    expect(Object.keys(changes).sort()).toEqual(honouring.map(([id]) => id).sort());

    for (const [id, { method }] of honouring) {
      const [path, body] = changes[id]!;
      const change = (etag: string) => server.send(path, { method, body, headers: { 'if-match': etag } });
      const first = await change('*');
      const etag = first.headers.get('etag')!;
      expect([id, first.status, etag]).toEqual([id, 200, expect.stringMatching(/^"\d+"$/)]);
      const changed = await change(etag);
      expect([id, changed.status, changed.headers.get('etag')]).toEqual([
        id,
        200,
        `"${Number(etag.slice(1, -1)) + 1}"`,
      ]);
      const stale = await change(etag);
      expect([id, stale.status, (await stale.json()).code]).toEqual([id, 412, 'stale_revision']);
    }
  });

  it('refuses to make what was to be changed', async () => {
    const [body, headers] = [{ rules: [] }, { 'if-match': '"1"' }];
    const response = await server.send('/v1/profiles/unknown', { method: 'PUT', body, headers });
    expect([response.status, (await response.json()).code]).toEqual([412, 'stale_revision']);
  });
});

it('refuses a container that cannot be, wherever one is named', async () => {
  const { connectionId, sourceId } = await server.connect();
  const report = { container: 'x/y', key: 'report.csv', mode: 'check' };
  for (const response of [
    await server.send(`/v1/connections/${connectionId}/browse?container=x/y`),
    await post('/v1/sources', { connectionId, container: 'x/y' }),
    await post('/v1/sources/preview', { connectionId, container: 'x/y' }),
    await post(`/v1/sources/${sourceId}/inventory`, report),
  ])
    expect([response.status, await response.json()]).toMatchObject([
      400,
      { code: 'invalid_request', errors: [{ path: 'container' }] },
    ]);
});

describe('sources', () => {
  it('are made in the container of the connection, and synced by an operation, one at a time', async () => {
    const { id: connectionId } = await create();
    const made = source.parse(await (await post('/v1/sources', { connectionId })).json());
    expect(made).toMatchObject({ connectionId, container: 'images', prefix: '' });
    const first = await post(`/v1/sources/${made.id}/sync`);
    const { id: operationId } = operation.parse(await first.json());
    expect([first.status, first.headers.get('operation-location')]).toEqual([
      202,
      `/v1/operations/${operationId}`,
    ]);
    const second = await post(`/v1/sources/${made.id}/sync`);
    expect(second.status).toBe(409);
    expect(await second.json()).toMatchObject({ code: 'sync_already_running', operationId });
    expect((await post(`/v1/operations/${operationId}/cancel`)).status).toBe(202);
  });
});

describe('an Idempotency-Key', () => {
  it('gets the first answer again, with any content, and does nothing twice', async () => {
    const key = randomUUID();
    const body = { name: 'once', role: 'viewer' };
    const first = await post('/v1/tokens', body, { 'idempotency-key': key });
    const again = await post('/v1/tokens', body, { 'idempotency-key': key });
    expect([first.headers.get('idempotency-replayed'), again.headers.get('idempotency-replayed')]).toEqual([
      null,
      'true',
    ]);
    const answer = await first.text();
    expect(again.status).toBe(201);
    expect(await again.text()).toBe(answer);
    const list = await (await server.send('/v1/tokens')).json();
    const named = (list as { items: { name: string }[] }).items.filter(({ name }) => name === 'once');
    expect(named).toHaveLength(1);
    const { rows } = await server.process.pool.query(
      'select row_to_json(a)::text as line from idempotent_answers a',
    );
    expect(rows.map(row => row.line).join('')).not.toContain(JSON.parse(answer).secret);
  });

  it('keeps the headers that go with an answer', async () => {
    const { id: connectionId } = await create();
    const { id } = source.parse(await (await post('/v1/sources', { connectionId })).json());
    const sync = () => post(`/v1/sources/${id}/sync`, undefined, { 'idempotency-key': 'sync 1' });
    const [first, again] = [await sync(), await sync()];
    expect(again.status).toBe(202);
    expect(again.headers.get('operation-location')).toBe(first.headers.get('operation-location'));
  });

  it('is refused with another request, and belongs to one caller', async () => {
    const key = randomUUID();
    const make = (name: string, token = server.admin) =>
      server.send('/v1/tokens', {
        method: 'POST',
        body: { name, role: 'viewer' },
        headers: { 'idempotency-key': key },
        token,
      });
    expect((await make('a')).status).toBe(201);
    const other = await make('b');
    expect(other.status).toBe(409);
    expect(await other.json()).toMatchObject({ code: 'conflict' });
    const somebodyElse = await make('b', await server.newToken('administrator'));
    expect([somebodyElse.status, somebodyElse.headers.get('idempotency-replayed')]).toEqual([201, null]);
  });

  it('does once what is asked many times at once', async () => {
    const key = randomUUID();
    const name = `race ${key}`;
    const answers = await Promise.all(
      Array.from({ length: 10 }, () =>
        post('/v1/tokens', { name, role: 'viewer' }, { 'idempotency-key': key }),
      ),
    );
    for (const { status } of answers) expect([201, 409]).toContain(status);
    const { rows } = await server.process.pool.query('select count(*) from tokens where name = $1', [name]);
    expect(rows).toEqual([{ count: 1 }]);
  });

  it('is not kept for a request that failed', async () => {
    const headers = { 'idempotency-key': randomUUID() };
    const missing = { connectionId: 'con_00000000000000000000' };
    const first = await post('/v1/sources', missing, headers);
    const again = await post('/v1/sources', missing, headers);
    expect([first.status, again.status]).toEqual([404, 404]);
    expect(again.headers.get('idempotency-replayed')).toBeNull();
  });

  it('has to be short and printable', async () => {
    const send = (key: string) => post('/v1/sign-in-links', undefined, { 'idempotency-key': key });
    expect((await send('x'.repeat(200))).status).toBe(201);
    expect((await send('x'.repeat(201))).status).toBe(400);
  });
});
