import { ID_PREFIXES, type IdKind, type Route, routes, type TokenScope } from '@mooring/contract';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { buildBitmaps } from '../catalogue/build-bitmaps.ts';
import { newId } from '../platform/ids.ts';
import { CONNECTION, startTestServer, type TestHttpServer } from './testing.ts';

/** What a token that opens only a part may do, and nothing else. */
const ALLOWED = [
  'getIdentity',
  'listFolders',
  'getFolder',
  'listAssets',
  'getAssetAnchors',
  'getAssetFacets',
  'getAsset',
  'signAssets',
  'getAssetContent',
  'getAssetThumbnail',
];

let server: TestHttpServer;
/** `near` holds `near/deep`; all three keys are of one source. `far` is of another connection. */
const assets = {} as Record<'near' | 'deep' | 'beside' | 'far', string>;
const folders = {} as Record<'root' | 'near' | 'deep' | 'far', string>;
const tokens = {} as Record<'connection' | 'folder' | 'all', string>;
let connectionId: string;
let otherConnectionId: string;

beforeAll(async () => {
  server = await startTestServer();
  const { db, catalogue, connections } = server.services;
  const { workspaceId } = server;
  const place = await server.connect();
  connectionId = place.connectionId;
  otherConnectionId = (await connections.create(workspaceId, { ...CONNECTION, name: 'Other' })).id;
  const other = await catalogue.createSource(workspaceId, {
    connectionId: otherConnectionId,
    container: 'more',
  });
  folders.root = (await catalogue.getSource(workspaceId, place.sourceId)).folderId;
  folders.far = other.folderId;
  const addFolder = async (parentId: string, name: string, prefix: string) => {
    const id = newId('folder');
    await db
      .insertInto('folders')
      .values({
        ...{ workspace_id: workspaceId, id, parent_id: parentId, source_id: place.sourceId },
        ...{ name, key_prefix: prefix, created_at: new Date() },
      })
      .execute();
    return id;
  };
  folders.near = await addFolder(folders.root, 'near', 'near/');
  folders.deep = await addFolder(folders.near, 'deep', 'near/deep/');
  assets.near = await server.add(place, 'near/a.txt', 'a');
  assets.deep = await server.add(place, 'near/deep/b.txt', 'b');
  assets.beside = await server.add(place, 'nearby/c.txt', 'c');
  assets.far = await server.add({ connectionId: otherConnectionId, sourceId: other.id }, 'near/d.txt', 'd');
  await db.updateTable('sources').set({ asset_count: 3 }).where('id', '=', place.sourceId).execute();
  await db.updateTable('sources').set({ asset_count: 1 }).where('id', '=', other.id).execute();
  for (const source_id of [place.sourceId, other.id])
    await db
      .insertInto('asset_segments')
      .values({ workspace_id: workspaceId, source_id, segment: 0 })
      .execute();
  await buildBitmaps(db, AbortSignal.timeout(60_000));
  tokens.connection = await make({ kind: 'connection', connectionId });
  tokens.folder = await make({ kind: 'folder', folderId: folders.near });
  tokens.all = await make(null);
});
afterAll(() => server.stop());

async function make(scope: TokenScope | null): Promise<string> {
  const body = { name: 'of a part', role: 'administrator', scope };
  const made = await server.send('/v1/tokens', { method: 'POST', body });
  expect(made.status).toBe(201);
  return ((await made.json()) as { secret: string }).secret;
}

const get = async (token: string, path: string) => {
  const answer = await server.send(path, { token });
  return { status: answer.status, body: JSON.parse((await answer.text()) || 'null') };
};
const keysOf = ({ body }: Awaited<ReturnType<typeof get>>) =>
  (body.items as { key: string }[]).map(({ key }) => key).toSorted();
const sign = async (token: string, assetIds: string[]) => {
  const answer = await server.send('/v1/assets/sign', { method: 'POST', token, body: { assetIds } });
  const { items, problems } = (await answer.json()) as { items?: object[]; problems?: object[] };
  return [answer.status, items?.length, problems?.length];
};

const addressOf = ({ path }: Route): string =>
  path.replaceAll(/:(\w+)/g, (_, name: string) => {
    const prefix = ID_PREFIXES[name.replace(/Id$/, '') as IdKind];
    return prefix ? `${prefix}_${'0'.repeat(20)}` : 'none';
  });

it.each(['connection', 'folder'] as const)('a token of a %s may do what the table says', async kind => {
  const walked = Object.entries(routes as Record<string, Route>).filter(([, { action }]) => action !== null);
  const allowed: string[] = [];
  for (const [id, route] of walked) {
    const request = { method: route.method, token: tokens[kind], ...(route.body && { body: {} }) };
    const answer = await server.send(addressOf(route), request);
    if (answer.status !== 403) allowed.push(id);
    else
      expect(await answer.text(), id).toContain('the assets of one connection or folder, and nothing else');
  }
  expect(allowed.toSorted()).toEqual(ALLOWED.toSorted());
});

describe.each([
  ['connection', ['near/a.txt', 'near/deep/b.txt', 'nearby/c.txt'], ['near', 'deep', 'beside'], ['far']],
  ['folder', ['near/a.txt', 'near/deep/b.txt'], ['near', 'deep'], ['beside', 'far']],
] as const)('a token of a %s', (kind, keys, inside, outside) => {
  it('lists and counts what is inside alone', async () => {
    const list = (query = '') => get(tokens[kind], `/v1/assets${query}`);
    expect(keysOf(await list())).toEqual(keys);
    expect(keysOf(await list('?recursive=false'))).toEqual(keys);
    expect(keysOf(await list(`?folderId=${folders.deep}`))).toEqual(['near/deep/b.txt']);
    expect(keysOf(await list('?name=d.txt'))).toEqual([]);
    const { body } = await get(tokens[kind], '/v1/assets/anchors?every=10');
    expect(body).toMatchObject({ total: keys.length });
    expect((await get(tokens[kind], '/v1/assets/facets')).body).toMatchObject({ total: keys.length });
    expect(keysOf(await get(tokens.all, '/v1/assets'))).toHaveLength(4);
  });

  it('answers what is outside as what is not there', async () => {
    const status = async (path: string) => (await get(tokens[kind], path)).status;
    for (const route of ['assets?', 'assets/anchors?every=10&', 'assets/facets?'])
      expect(await status(`/v1/${route}folderId=${folders.far}`), route).toBe(kind === 'folder' ? 404 : 200);
    expect(keysOf(await get(tokens.connection, `/v1/assets?folderId=${folders.far}`))).toEqual([]);
    for (const name of outside)
      for (const path of ['', '/content', '/thumbnail'])
        expect(await status(`/v1/assets/${assets[name]}${path}`), name + path).toBe(404);
    expect(await status(`/v1/folders/${folders.far}`)).toBe(404);
    expect(await status(`/v1/folders?parentId=${folders.far}`)).toBe(404);
  });

  it('opens and signs what is inside, and no batch with anything outside', async () => {
    for (const name of inside) {
      expect((await get(tokens[kind], `/v1/assets/${assets[name]}`)).status, name).toBe(200);
      const content = await server.send(`/v1/assets/${assets[name]}/content`, { token: tokens[kind] });
      expect(content.status, name).toBe(302);
    }
    const ids = inside.map(name => assets[name]);
    const unknown = `ast_${'0'.repeat(20)}`;
    expect(await sign(tokens[kind], ids)).toEqual([200, ids.length, 0]);
    expect(await sign(tokens[kind], [...ids, unknown])).toEqual([200, ids.length, 1]);
    for (const name of outside) expect((await sign(tokens[kind], [...ids, assets[name]]))[0], name).toBe(404);
  });

  it('says what it opens', async () => {
    const scope = kind === 'connection' ? { kind, connectionId } : { kind, folderId: folders.near };
    expect((await get(tokens[kind], '/v1/me')).body).toMatchObject({ role: 'administrator', scope });
  });
});

it('a token of a connection finds no other by its id', async () => {
  const path = `/v1/assets?connectionId=${otherConnectionId}`;
  expect((await get(tokens.connection, path)).status).toBe(404);
  expect(keysOf(await get(tokens.connection, `/v1/assets?connectionId=${connectionId}`))).toHaveLength(3);
  expect(keysOf(await get(tokens.folder, path))).toEqual([]);
});

it('a token of a folder walks down from it, and not up', async () => {
  const names = (path: string) =>
    get(tokens.folder, path).then(({ body }) => body.items?.map(({ name }: { name: string }) => name));
  expect(await names('/v1/folders')).toEqual(['deep']);
  expect(await names(`/v1/folders?parentId=${folders.deep}`)).toEqual([]);
  expect((await get(tokens.folder, `/v1/folders/${folders.root}`)).status).toBe(404);
  expect((await get(tokens.folder, `/v1/folders?parentId=${folders.root}`)).status).toBe(404);
  expect((await get(tokens.folder, `/v1/assets?folderId=${folders.root}`)).status).toBe(404);
});

it('a token of a connection has to name a folder, and finds those of the connection', async () => {
  const top = await get(tokens.connection, '/v1/folders');
  expect([top.status, top.body.errors[0].path]).toEqual([400, 'parentId']);
  const inRoot = await get(tokens.connection, `/v1/folders?parentId=${folders.root}`);
  expect(inRoot.body.items).toMatchObject([{ name: 'near' }]);
});

it('is refused for a connection or a folder that is not there, and is in the audit', async () => {
  for (const scope of [
    { kind: 'connection', connectionId: `con_${'0'.repeat(20)}` },
    { kind: 'folder', folderId: `fld_${'0'.repeat(20)}` },
  ]) {
    const body = { name: 'x', role: 'viewer', scope };
    expect((await server.send('/v1/tokens', { method: 'POST', body })).status).toBe(404);
  }
  const { body } = await get(server.admin, '/v1/audit/entries?action=token.created&order=oldest&limit=1');
  expect(body.items[0].detail).toMatchObject({ role: 'administrator', connectionId });
});
