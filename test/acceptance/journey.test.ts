import {
  type Asset,
  type CheckEvent,
  type ConnectionCreate,
  type Source,
  signInCode,
} from '@mooring/contract';
import { demoObjects, type Storage, startStorage } from '@mooring/emulators';
import { createClient, type MooringClient } from '@mooring/sdk';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { withApp, withSas, withTwoSas } from '../support/connect.ts';
import { type Container, createContainer } from '../support/container.ts';
import { type Mooring, startMooring } from '../support/mooring.ts';
import { createPlainClient, type PlainClient } from '../support/plain-client.ts';
import { assetsOf, counts, sync } from '../support/sync.ts';

let storage: Storage;
let container: Container;
let mooring: Mooring;
let plain: PlainClient;
let client: MooringClient;
let token: string;

beforeAll(async () => {
  storage = await startStorage();
  container = createContainer(storage);
  const objects = await demoObjects();
  await Promise.all(objects.map(container.put));
  mooring = await startMooring(storage);
  plain = createPlainClient(storage.certificates.ca);
});
afterAll(async () => {
  await plain?.close();
  await mooring?.stop();
  await storage?.stop();
});

test('a sign-in link works once; its session makes a token, and the token does the rest', async () => {
  const { url, firstSignInLink } = mooring;
  const signIn = (link: string) =>
    fetch(`${url}/v1/sessions`, {
      method: 'POST',
      headers: { 'content-type': 'application/json', origin: url },
      body: JSON.stringify({ code: signInCode(link) }),
    });
  const link = await mooring.createSignInLink();
  const answer = await signIn(link);
  expect(answer.status).toBe(201);
  expect(await answer.json()).toMatchObject({ role: 'administrator', via: 'session' });
  const [cookie = ''] = answer.headers.getSetCookie();
  expect(cookie).toMatch(/^mooring_session=[\w-]+;.*; HttpOnly; SameSite=Lax/);

  const headers = { cookie: cookie.split(';')[0]!, origin: url };
  const made = await createClient({ baseUrl: url }).call('createToken', {
    body: { name: 'journey', role: 'administrator' },
    headers,
  });
  token = made.secret;
  client = createClient({ baseUrl: url, token });
  expect(await client.call('getIdentity')).toMatchObject({
    via: 'token',
    name: 'journey',
    role: 'administrator',
  });

  for (const spent of [link, firstSignInLink]) {
    const again = await signIn(spent);
    expect(again.status).toBe(401);
    expect(await again.json()).toMatchObject({ code: 'sign_in_link_invalid' });
  }
});

interface Way {
  way: string;
  body: (storage: Storage) => ConnectionCreate;
  delivery: 'direct' | 'relay';
  checks: string[];
}
const CHECKS = ['name', 'dns', 'tls', 'clock', 'credential', 'list', 'head', 'range', 'survey'];
const DELIVERY_CHECKS = ['sign', 'fetch', 'preflight'];
const WAYS: Way[] = [
  {
    way: 'app registration',
    body: withApp,
    delivery: 'direct',
    checks: [...CHECKS, ...DELIVERY_CHECKS],
  },
  { way: 'account SAS', body: withSas, delivery: 'relay', checks: CHECKS },
  {
    way: 'two SAS tokens',
    body: withTwoSas,
    delivery: 'direct',
    checks: [...CHECKS, ...DELIVERY_CHECKS],
  },
];

describe.each(WAYS)('by $way', ({ way, body, delivery, checks }) => {
  let source: Source;
  let assets: Asset[];
  let gone: Asset[];

  test('a new connection passes every check, one after the other as they run', async () => {
    const connection = await client.call('createConnection', { body: body(storage) });
    expect(connection).toMatchObject({ status: 'draft', delivery, revision: 1, assetCount: 0 });
    const seen = new Map<string, string[]>();
    const onCheck = (event: CheckEvent) => {
      if (event.type !== 'check') return;
      seen.set(event.check.id, [...(seen.get(event.check.id) ?? []), event.check.status]);
    };
    const run = await client.runChecks(connection.id, { onCheck });
    expect(run.checks.filter(check => check.status !== 'passed')).toEqual([]);
    expect(run).toMatchObject({ status: 'healthy', statusReason: null });
    expect(Object.fromEntries(seen)).toEqual(
      Object.fromEntries(checks.map(id => [id, ['waiting', 'running', 'passed']])),
    );
    const after = await client.call('getConnection', { params: { connectionId: connection.id } });
    expect(after).toMatchObject({ status: 'healthy', lastCheckedAt: expect.any(String) });
    const kept = await client.call('getChecks', { params: { connectionId: connection.id } });
    expect(kept.checks).toEqual(run.checks);
    source = await client.call('createSource', { body: { connectionId: connection.id, probes: false } });
  });

  test('the first sync adds what is there, and no placeholders', async () => {
    const operation = await sync(client, source.id);
    const { listed, placeholders } = container;
    expect(operation).toMatchObject({
      done: listed,
      total: listed,
      errorCount: 0,
      attempts: 1,
      counts: counts({ listed, added: listed - placeholders, skipped: placeholders }),
    });
    source = await client.call('getSource', { params: { sourceId: source.id } });
    expect(source).toMatchObject({ assetCount: container.assets.length, goneCount: 0 });
    expect(source.lastOperationId).toBe(operation.id);
  });

  test('the assets are the objects, to the last character of their keys, in pages of any size', async () => {
    assets = await assetsOf(client, source.id, { limit: 7 });
    const facts = assets.map(({ key, sizeBytes, contentType }) => ({ key, sizeBytes, contentType }));
    expect(facts).toEqual(
      container.assets.map(({ key, body, contentType }) => ({
        key,
        sizeBytes: Buffer.byteLength(body),
        contentType,
      })),
    );
    const [first] = assets;
    expect(await client.call('getAsset', { params: { assetId: first!.id } })).toEqual(first);
  });

  test('anchors open the list at regular steps', async () => {
    const { total, every, cursors } = await client.call('getAssetAnchors', {
      query: { sourceId: source.id, every: 10 },
    });
    expect({ total, every, pages: cursors.length }).toEqual({
      total: assets.length,
      every: 10,
      pages: Math.ceil(assets.length / 10),
    });
    for (const [index, cursor] of cursors.entries()) {
      const { items } = await client.call('listAssets', {
        query: { sourceId: source.id, limit: 10, ...(cursor !== null && { cursor }) },
      });
      expect(items.map(({ id }) => id)).toEqual(
        assets.slice(index * 10, index * 10 + 10).map(({ id }) => id),
      );
    }
  });

  test('folders are the parts of the keys, and count what is in them', async () => {
    const top = await client.call('getFolder', { params: { folderId: source.folderId } });
    const sizeBytes = assets.reduce((sum, asset) => sum + asset.sizeBytes, 0);
    expect(top).toMatchObject({ parentId: null, total: { assets: assets.length, sizeBytes } });
    const byKind = Map.groupBy(assets, asset => asset.kind);
    expect(top.byKind).toEqual(Object.fromEntries([...byKind].map(([kind, some]) => [kind, some.length])));

    const folders = await Array.fromAsync(
      client.pages('listFolders', { query: { parentId: source.folderId, limit: 2 } }),
    );
    const names = [...new Set(assets.map(({ key }) => key.split('/')[0]!))].sort();
    expect(folders.map(({ name }) => name)).toEqual(names);
    for (const folder of folders) {
      const inside = assets.filter(({ key }) => key.startsWith(`${folder.name}/`));
      expect(folder.total.assets).toBe(inside.length);
      const listed = await Array.fromAsync(client.pages('listAssets', { query: { folderId: folder.id } }));
      expect(listed.map(({ key }) => key)).toEqual(inside.map(({ key }) => key));
    }
  });

  test('each asset has a URL from which a plain client gets its bytes', async () => {
    const assetIds = assets.map(({ id }) => id);
    const { items, problems } = await client.call('signAssets', { body: { assetIds } });
    expect(problems).toEqual([]);
    expect(items.map(({ assetId }) => assetId)).toEqual(assetIds);
    const bodies = new Map(container.assets.map(({ key, body }) => [key, Buffer.from(body)]));
    const origin = delivery === 'direct' ? storage.front.origin : mooring.url;
    for (const [index, { key }] of assets.entries()) {
      const signed = items[index]!;
      expect(signed.delivery).toBe(delivery);
      expect(new URL(signed.url).origin).toBe(origin);
      const answer = await plain.get(signed.url);
      expect([key, answer.status]).toEqual([key, 200]);
      expect([key, answer.body.equals(bodies.get(key)!)]).toEqual([key, true]);
    }
  });

  test('pages of Mooring may read a range of it, and see which', async () => {
    const asset = assets.find(({ key }) => key.endsWith('mountains.mp4'))!;
    const { items } = await client.call('signAssets', { body: { assetIds: [asset.id] } });
    const { url, expiresAt } = items[0]!;
    expect(Date.parse(expiresAt)).toBeGreaterThan(Date.now());
    const answer = await plain.get(url, { range: 'bytes=100-299', origin: mooring.url });
    expect(answer.status).toBe(206);
    expect(answer.header('content-range')).toBe(`bytes 100-299/${asset.sizeBytes}`);
    expect(answer.header('access-control-allow-origin')).toBe(delivery === 'direct' ? mooring.url : '*');
    expect(answer.header('access-control-expose-headers')?.toLowerCase()).toContain('content-range');
    const { body } = container.assets.find(({ key }) => key === asset.key)!;
    expect(answer.body.equals(Buffer.from(body).subarray(100, 300))).toBe(true);
  });

  test('the stable link leads to such a URL', async () => {
    const [asset] = assets;
    const link = `${mooring.url}/v1/assets/${asset!.id}/content`;
    const answer = await plain.get(link, { authorization: `Bearer ${token}` });
    expect(answer.status).toBe(302);
    const bytes = await plain.get(answer.header('location')!);
    expect(bytes.body.length).toBe(asset!.sizeBytes);
  });

  test('a second sync finds nothing to do', async () => {
    const { listed, placeholders } = container;
    const operation = await sync(client, source.id);
    expect(operation.counts).toEqual(
      counts({ listed, unchanged: listed - placeholders, skipped: placeholders }),
    );
    expect(await assetsOf(client, source.id, { status: 'any' })).toEqual(assets);
  });

  test('what was added, overwritten and deleted is so in the catalogue too, and nothing else', async () => {
    await container.put({ key: `new/${way}.txt`, body: 'new', contentType: 'text/plain' });
    await container.put({ key: `new folder/${way}/é.txt`, body: 'new', contentType: 'text/plain' });
    await container.put({ key: 'documents/read me.txt', body: `of ${way}`, contentType: 'text/plain' });
    await container.remove('names/emoji 😀 🧭 👩🏽‍🚀.jpg');
    await container.remove('audio/chime.wav');
    await container.remove('audio/scale.mp3');
    const before = new Map(assets.map(asset => [asset.key, asset]));

    const { listed, placeholders } = container;
    const { counts: found } = await sync(client, source.id);
    expect(found).toEqual(
      counts({
        listed,
        added: 2,
        changed: 1,
        removed: 3,
        unchanged: listed - placeholders - 2 - 1,
        skipped: placeholders,
      }),
    );
    expect(await client.call('getSource', { params: { sourceId: source.id } })).toMatchObject({
      assetCount: container.assets.length,
      goneCount: 3,
    });
    gone = await assetsOf(client, source.id, { status: 'gone' });
    expect(gone.map(({ key, id }) => [key, id])).toEqual(
      ['audio/chime.wav', 'audio/scale.mp3', 'names/emoji 😀 🧭 👩🏽‍🚀.jpg'].map(key => [
        key,
        before.get(key)!.id,
      ]),
    );
    const present = await assetsOf(client, source.id);
    expect(present.map(({ key }) => key)).toEqual(container.assets.map(({ key }) => key));
    const changed = present.find(({ key }) => key === 'documents/read me.txt')!;
    expect(changed.id).toBe(before.get(changed.key)!.id);
    expect(changed.etag).not.toBe(before.get(changed.key)!.etag);

    const { items, problems } = await client.call('signAssets', {
      body: { assetIds: [gone[0]!.id, changed.id] },
    });
    expect(problems).toMatchObject([{ assetId: gone[0]!.id, problem: { code: 'asset_gone', status: 410 } }]);
    expect((await plain.get(items[0]!.url)).body.toString()).toBe(`of ${way}`);
  });

  test('what comes back is the same asset again', async () => {
    for (const { key } of gone) await container.put({ key, body: 'back', contentType: 'image/jpeg' });
    const { listed, placeholders } = container;
    const { counts: found } = await sync(client, source.id);
    expect(found).toEqual(
      counts({ listed, restored: 3, unchanged: listed - placeholders - 3, skipped: placeholders }),
    );
    const back = (await assetsOf(client, source.id)).filter(({ key }) => gone.some(one => one.key === key));
    expect(back.map(({ id, goneAt }) => ({ id, goneAt }))).toEqual(
      gone.map(({ id }) => ({ id, goneAt: null })),
    );
    expect(await assetsOf(client, source.id, { status: 'gone' })).toEqual([]);
  });
});
