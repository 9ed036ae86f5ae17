import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { setTimeout as pause } from 'node:timers/promises';
import type { Connection, ConnectionEvent } from '@mooring/contract';
import { type Storage, startStorage } from '@mooring/emulators';
import type { MooringApiError } from '@mooring/sdk';
import { afterAll, beforeAll, beforeEach, describe, expect, onTestFinished, test } from 'vitest';
import { connect, withApp, withSas, withTwoSas } from '../support/connect.ts';
import { connectToEmbedded } from '../support/embedded-database.ts';
import { type Mooring, startMooring } from '../support/mooring.ts';
import { createPlainClient, type PlainClient } from '../support/plain-client.ts';
import { assetsOf, sync } from '../support/sync.ts';
import { until } from '../support/wait.ts';

const OBJECTS = 300;

let storage: Storage;
let mooring: Mooring;
let plain: PlainClient;
let client: Mooring['client'];
beforeAll(async () => {
  storage = await startStorage();
  await storage.put({ key: 'a.txt', body: 'a'.repeat(50_000), contentType: 'text/plain' });
  await storage.seedMany(OBJECTS);
  plain = createPlainClient(storage.certificates.ca);
  mooring = await startMooring(storage);
  client = mooring.client;
});
afterAll(async () => {
  await plain?.close();
  await mooring?.stop();
  await storage?.stop();
});

const of = (connection: Connection) => ({ params: { connectionId: connection.id } });
const get = (connection: Connection) => client.call('getConnection', of(connection));
const history = async (connection: Connection): Promise<ConnectionEvent[]> =>
  (await client.call('listConnectionEvents', of(connection))).items;
const sign = async (assetIds: string[]) => client.call('signAssets', { body: { assetIds } });
const urlOf = async (assetId: string): Promise<string> => (await sign([assetId])).items[0]!.url;
const replace = (connection: Connection, { credential }: ReturnType<typeof withApp>) =>
  client.call('replaceCredential', { ...of(connection), body: { credential } });
const codeOf = (error: unknown): string => (error as MooringApiError).problem.code;

/** A connection that is checked and synced, and the asset of the text. */
async function connected(body = withApp(storage)) {
  const { connection, source } = await connect(client, storage, body);
  await client.runChecks(connection.id);
  await sync(client, source.id);
  const [asset] = await assetsOf(client, source.id, { limit: 1 });
  return { connection, source, asset: asset! };
}

describe('rotating the credential', () => {
  test('interrupts neither signing nor loading, by any way of delivery', async () => {
    const { connection, asset } = await connected();
    const stop = new AbortController();
    onTestFinished(() => stop.abort());
    const seen = new Map<string, number>();
    const count = (what: string) => seen.set(what, (seen.get(what) ?? 0) + 1);
    const load = async () => {
      while (!stop.signal.aborted) {
        const { items, problems } = await sign([asset.id]);
        if (problems.length > 0) count(`refused: ${problems[0]!.problem.code}`);
        for (const { url, delivery } of items) {
          const { status } = await plain.get(url, { range: 'bytes=0-0' });
          count(`${delivery} ${status}`);
        }
        await pause(10);
      }
    };
    /** Comes when each has been round again. */
    const loaded = async () => {
      const aim = [...seen.values()].reduce((sum, one) => sum + one, 0) + 6;
      const all = async () => [...seen.values()].reduce((sum, one) => sum + one, 0) >= aim;
      await until('more loads', all);
    };
    const loads = [load(), load(), load()];
    const early = await urlOf(asset.id);
    await loaded();
    await replace(connection, withTwoSas(storage));
    await loaded();
    await replace(connection, withApp(storage));
    await loaded();
    stop.abort();
    await Promise.all(loads);
    expect([...seen.keys()]).toEqual(['direct 206']);
    expect((await plain.get(early, { range: 'bytes=0-0' })).status).toBe(206);
    const kinds = (await history(connection)).map(({ kind }) => kind);
    expect(kinds.filter(kind => kind === 'credential-replaced')).toHaveLength(2);
  });

  test('one that grants less is refused with what would be lost', async () => {
    const { connection } = await connected();
    const error = await replace(connection, withSas(storage)).catch(error => error);
    expect(error.problem).toMatchObject({ code: 'credential_grants_less', status: 409 });
    expect(error.problem.detail).toContain('straight from the storage');
    expect((await get(connection)).credential.kind).toBe('azure-app');
  });
});

describe('unlinking', () => {
  test('ends a running sync, a relayed stream, signing and stable links at once', async () => {
    const { connection, source, asset } = await connected(withSas(storage));
    const url = await urlOf(asset.id);
    const slow = storage.front.inject(
      { kind: 'slow', bytesPerSecond: 10 },
      { when: ({ action }) => action === 'read' },
    );
    const streaming = fetch(url).then(answer => answer.text());
    const listing = storage.front.hold({ when: ({ query }) => query.get('comp') === 'list' });
    const { id: operationId } = await client.call('syncSource', { params: { sourceId: source.id } });
    await until('that it runs', async () => {
      const { status } = await client.call('getOperation', { params: { operationId } });
      return status === 'running';
    });
    await listing.held;

    const unlinked = await client.call('unlinkConnection', of(connection));
    expect(unlinked.connection).toMatchObject({ status: 'unlinked', assetCount: OBJECTS + 1 });
    expect(unlinked.cancelledOperationIds).toEqual([operationId]);
    expect(unlinked.issuedUrls.count).toBe(0); // its relay addresses end with it
    expect(unlinked.revoke.snippets.map(({ text }) => text).join()).toContain(
      'az storage account keys renew',
    );
    await expect(streaming).rejects.toThrow();
    expect(await client.watchOperation(operationId)).toMatchObject({ status: 'cancelled' });
    slow();
    listing.release(); // until here the storage has not answered

    expect((await sign([asset.id])).problems[0]!.problem.code).toBe('connection_unlinked');
    expect((await plain.get(url)).status).toBe(409);
    const stable = await fetch(`${mooring.url}/v1/assets/${asset.id}/content`, {
      headers: { authorization: `Bearer ${mooring.token}` },
      redirect: 'manual',
    });
    expect(stable.status).toBe(409);
    expect((await sync(client, source.id).catch(error => error)).problem.code).toBe('connection_unlinked');
    expect(await client.call('getAsset', { params: { assetId: asset.id } })).toMatchObject({
      status: 'present',
    });
    expect(await client.call('getChecks', of(connection))).toMatchObject({ status: 'unlinked', checks: [] });

    await replace(connection, withApp(storage));
    expect((await get(connection)).status).toBe('healthy');
    expect((await plain.get(await urlOf(asset.id), { range: 'bytes=0-0' })).status).toBe(206);
  });

  test('lists what it cannot take back: signed URLs, with their ends', async () => {
    const { connection, asset } = await connected();
    const { items } = await sign([asset.id]);
    const issued = await client.call('getIssuedUrls', of(connection));
    expect(issued).toEqual({
      count: 1,
      lastEndsAt: items[0]!.expiresAt,
      items: [{ assetId: asset.id, key: asset.key, endsAt: items[0]!.expiresAt }],
    });
    const unlinked = await client.call('unlinkConnection', of(connection));
    expect(unlinked.issuedUrls).toEqual(issued);
    expect((await plain.get(items[0]!.url, { range: 'bytes=0-0' })).status).toBe(206);
  });
});

describe('deleting', () => {
  test.each(['remove', 'tombstone'] as const)('assets=%s', async assets => {
    const { connection, source, asset } = await connected(withSas(storage));
    const { id } = await client.call('deleteConnection', { ...of(connection), query: { assets } });
    expect(await client.watchOperation(id)).toMatchObject({ status: 'succeeded', done: OBJECTS + 1 });
    await expect(get(connection)).rejects.toSatisfy(error => codeOf(error) === 'not_found');
    const left = await client.call('listAssets', {
      query: { connectionId: connection.id, status: 'any', limit: 1000 },
    });
    expect(left.items).toHaveLength(assets === 'remove' ? 0 : OBJECTS + 1);
    if (assets === 'remove') return;
    expect(new Set(left.items.map(({ status, goneReason }) => `${status} ${goneReason}`))).toEqual(
      new Set(['gone removed']),
    );
    expect(await client.call('getAsset', { params: { assetId: asset.id } })).toMatchObject({
      status: 'gone',
    });
    expect((await sign([asset.id])).problems[0]!.problem.code).toBe('asset_gone');
    const folders = await client.call('listFolders');
    expect(folders.items.map(folder => folder.id)).toContain(source.folderId);
    await expect(client.call('getSource', { params: { sourceId: source.id } })).rejects.toSatisfy(
      error => codeOf(error) === 'not_found',
    );
  });
});

test('a connection that breaks is noticed without being asked, and reported once', async () => {
  const { connection } = await connected();
  const roles = storage.front.settings.roleAssignments.splice(0);
  await client.runChecks(connection.id); // breaks it, so that it is looked at soon
  expect((await get(connection)).status).toBe('broken');
  expect(Date.parse((await get(connection)).nextCheckAt!) - Date.now()).toBeLessThan(70_000); // it is due within a minute
  storage.front.settings.roleAssignments.push(...roles);
  const database = await connectToEmbedded(mooring.dataDir);
  await database.query('update connections set next_check_at = now() where id = $1', [connection.id]); // a minute passes
  await database.end();
  const status = async () => (await get(connection)).status;
  await expect.poll(status, { interval: 500 }).toBe('healthy');
  expect((await history(connection)).slice(0, 2)).toMatchObject([
    { kind: 'status-changed', status: 'healthy', by: null },
    { kind: 'status-changed', status: 'broken', by: 'Demo' },
  ]);
});

test('no request for an account that has a connection goes without a credential', async () => {
  const anonymous: string[] = [];
  let asked = 0;
  const untap = storage.front.inject(
    { kind: 'delay', ms: 0 },
    {
      when: ({ method, container, hasCredential }) => {
        if (container === null || method === 'OPTIONS') return false;
        asked++;
        if (!hasCredential) anonymous.push(`${method} ${container}`);
        return false;
      },
    },
  );
  for (const body of [withApp(storage), withSas(storage), withTwoSas(storage)]) {
    const { connection, source, asset } = await connected(body);
    await plain.get(await urlOf(asset.id), { range: 'bytes=0-0' });
    const wrong = { ...storage.app, clientSecret: 'abc8Q~wrongwrongwrongwrongwrongwrong0123' };
    const credential = { kind: 'azure-app', ...wrong } as const;
    await client.call('replaceCredential', { ...of(connection), body: { credential, acceptLess: true } });
    await client.runChecks(connection.id);
    await sync(client, source.id);
    await sign([asset.id]);
    await client.call('unlinkConnection', of(connection));
    await client.runChecks(connection.id).catch(codeOf);
    await sign([asset.id]);
  }
  untap();
  expect(asked).toBeGreaterThan(20);
  expect(anonymous).toEqual([]);
});

describe('webhooks', () => {
  let receiver: Server;
  let url: string;
  const received: { id: string; type: string; data: { connectionId?: string; status?: string } }[] = [];
  let status = 204;
  beforeAll(async () => {
    receiver = createServer(async (request, response) => {
      const text = (await Array.fromAsync(request)).join('');
      if (status < 300) received.push({ id: String(request.headers['webhook-id']), ...JSON.parse(text) });
      response.writeHead(status).end();
    });
    await new Promise<void>(resolve => receiver.listen(0, '127.0.0.1', resolve));
    url = `http://127.0.0.1:${(receiver.address() as AddressInfo).port}/`;
  });
  beforeEach(() => {
    status = 204;
    received.length = 0;
  });
  afterAll(() => void receiver?.close());

  test('tell of what happens, at least once, also when everything is killed before it arrives', async () => {
    const { connection } = await connected(withSas(storage));
    const { id: webhookId } = await client.call('createWebhook', {
      body: { url, events: ['connection.unlinked'] },
    });
    status = 503;
    await client.call('unlinkConnection', of(connection));
    const delivery = async () =>
      (await client.call('listWebhookDeliveries', { params: { webhookId } })).items[0]!;
    await until('the first attempt', async () => (await delivery()).responseStatus === 503);
    await mooring.killAll();
    status = 204;
    await mooring.restart();
    await until('that it arrives', async () => (await delivery()).status === 'delivered');
    expect(received).toMatchObject([
      { id: (await delivery()).id, type: 'connection.unlinked', data: { connectionId: connection.id } },
    ]);
    await client.call('deleteWebhook', { params: { webhookId } });
  });

  test('tell of syncs, with how many assets came and went', async () => {
    const { id: webhookId } = await client.call('createWebhook', {
      body: { url, events: ['sync.finished', 'sync.failed', 'assets.added', 'assets.removed'] },
    });
    const { connection, source } = await connected(withSas(storage));
    await storage.put({ key: 'b.txt', body: 'b' });
    await sync(client, source.id);
    await storage.remove('b.txt');
    await sync(client, source.id);
    await until('that they arrive', async () => received.length >= 6);
    const seen = received.map(({ type, data }) => [type, (data as { count?: number }).count ?? null]);
    expect(seen.sort()).toEqual(
      [
        ['assets.added', OBJECTS + 1],
        ['assets.added', 1],
        ['assets.removed', 1],
        ['sync.finished', null],
        ['sync.finished', null],
        ['sync.finished', null],
      ].sort(),
    );
    expect(received.every(({ data }) => data.connectionId === connection.id)).toBe(true);
    await client.call('deleteWebhook', { params: { webhookId } });
  });
});
