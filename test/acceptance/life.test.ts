import { isFinished, type Operation } from '@mooring/contract';
import { type Fault, type Storage, startStorage } from '@mooring/emulators';
import type { MooringApiError } from '@mooring/sdk';
import { afterAll, afterEach, beforeAll, expect, test } from 'vitest';
import { connect, withSas } from '../support/connect.ts';
import { dumpTables, tablesWith } from '../support/database.ts';
import { connectToEmbedded, embeddedPid } from '../support/embedded-database.ts';
import { listContainer } from '../support/listing.ts';
import { type Mooring, startMooring } from '../support/mooring.ts';
import { createPlainClient, type PlainClient } from '../support/plain-client.ts';
import { killNow } from '../support/processes.ts';
import { assetsOf, counts, sync } from '../support/sync.ts';
import { until } from '../support/wait.ts';

/** Two pages of a listing: there is a moment when one is written and the other is not. */
const OBJECTS = 6000;

let storage: Storage;
let mooring: Mooring;
let plain: PlainClient;
const undo: (() => void)[] = [];

beforeAll(async () => {
  storage = await startStorage();
  await storage.seedMany(OBJECTS);
  plain = createPlainClient(storage.certificates.ca);
  mooring = await startMooring(storage);
});
afterEach(() => {
  for (const mend of undo.splice(0)) mend();
});
afterAll(async () => {
  await plain?.close();
  await mooring?.stop();
  await storage?.stop();
});

/** What goes wrong with the next requests for a page of the listing, until the test ends. */
function spoilListing(fault: Fault, times: number): void {
  undo.push(storage.front.inject(fault, { times, when: ({ action }) => action === 'list' }));
}

/**
 * Holds all pages of the listing but the first, so that much can be done after that one, until the test ends or what
 * it returns is called. A source that was synced before is listed by ranges: there it holds the second range.
 */
function holdSecond(what: 'page' | 'range'): () => void {
  const parameter = { page: 'marker', range: 'startFrom' }[what];
  const { release } = storage.front.hold({
    when: ({ action, query }) => action === 'list' && query.has(parameter),
  });
  undo.push(release);
  return release;
}

const start = (sourceId: string): Promise<Operation> =>
  mooring.client.call('syncSource', { params: { sourceId } });
const operation = (operationId: string): Promise<Operation> =>
  mooring.client.call('getOperation', { params: { operationId } });
/** Waits until a page has been written and the end is still to come. */
const halfWay = (operationId: string): Promise<Operation> =>
  until('the first page of the sync', async () => {
    const now = await operation(operationId);
    if (isFinished(now.status)) throw new Error(`The sync has ended too early, as ${now.status}.`);
    return now.done > 0 && now;
  });

/** The catalogue holds what the storage lists, all of it and nothing else. */
async function expectExact(sourceId: string): Promise<void> {
  const listed = await listContainer(storage, plain);
  const assets = await assetsOf(mooring.client, sourceId);
  expect(assets).toHaveLength(listed.size);
  expect(assets.filter(({ key, etag }) => listed.get(key)?.etag !== etag)).toEqual([]);
  const source = await mooring.client.call('getSource', { params: { sourceId } });
  expect(source.assetCount).toBe(listed.size);
  const folder = await mooring.client.call('getFolder', { params: { folderId: source.folderId } });
  expect(folder.total.assets).toBe(listed.size);
}

test('a connection that is deleted while it syncs leaves nothing, stops at once, and harms no other', async () => {
  const { client } = mooring;
  const other = await connect(client, storage);
  await sync(client, other.source.id);
  const doomed = await connect(client, storage, withSas(storage));
  const connectionId = doomed.connection.id;

  holdSecond('page');
  const { id: syncId } = await start(doomed.source.id);
  await halfWay(syncId);
  const [asset] = await assetsOf(client, doomed.source.id);
  const { items } = await client.call('signAssets', { body: { assetIds: [asset!.id] } });
  const relayed = items[0]!.url;
  expect((await plain.get(relayed)).status).toBe(200);

  const removal = await client.call('deleteConnection', { params: { connectionId } });
  expect(removal).toMatchObject({
    kind: 'remove-connection',
    subject: { type: 'connection', id: connectionId },
  });
  // At once: it is not there any more, and what it gave out does not work.
  await expect(client.call('getConnection', { params: { connectionId } })).rejects.toMatchObject({
    status: 404,
  });
  expect((await plain.get(relayed)).status).toBeGreaterThanOrEqual(400);

  expect(await client.watchOperation(removal.id)).toMatchObject({ status: 'succeeded', problem: null });
  expect(await operation(syncId)).toMatchObject({ status: 'cancelled' });
  const connections = await client.call('listConnections');
  expect(connections.items.map(({ id }) => id)).toEqual([other.connection.id]);
  const gone = [
    () => client.call('getSource', { params: { sourceId: doomed.source.id } }),
    () => client.call('getFolder', { params: { folderId: doomed.source.folderId } }),
    () => client.call('getAsset', { params: { assetId: asset!.id } }),
    () => client.call('createSource', { body: { connectionId } }),
  ];
  for (const look of gone) await expect(look()).rejects.toMatchObject({ status: 404 });

  const database = await connectToEmbedded(mooring.dataDir);
  const dump = await dumpTables(database);
  await database.end();
  // What was done to it stays on record; its data does not.
  const record = ['public.operations', 'public.audit_entries'];
  for (const id of [connectionId, doomed.source.id, doomed.source.folderId, asset!.id])
    expect(tablesWith(dump, id).filter(name => !record.includes(name))).toEqual([]);
  expect(tablesWith(dump, other.source.id)).toContain('public.assets');
  await expectExact(other.source.id);
});

test('two syncs of one source at once: one runs, the other gets its id', async () => {
  const { client } = mooring;
  const { source } = await connect(client, storage);
  const release = holdSecond('page');
  const tries = await Promise.allSettled([start(source.id), start(source.id), start(source.id)]);
  const begun = tries.filter(one => one.status === 'fulfilled').map(one => one.value);
  const refused = tries.filter(one => one.status === 'rejected').map(one => one.reason as MooringApiError);
  release();
  expect(begun).toHaveLength(1);
  for (const { problem } of refused)
    expect(problem).toMatchObject({ status: 409, code: 'sync_already_running', operationId: begun[0]!.id });
  expect(await client.watchOperation(begun[0]!.id)).toMatchObject({
    counts: counts({ listed: OBJECTS, added: OBJECTS }),
  });
  expect((await sync(client, source.id)).counts).toEqual(counts({ listed: OBJECTS, unchanged: OBJECTS }));
});

test('a sync that is cancelled waits for no answer of the storage, keeps what it has done, and the next does the rest', async () => {
  const { client } = mooring;
  const { source } = await connect(client, storage);
  const release = holdSecond('page');
  const { id } = await start(source.id);
  await halfWay(id);
  const cancelling = await client.call('cancelOperation', { params: { operationId: id } });
  expect(cancelling.status).toMatch(/^cancel/);
  const ended = await until('its end', async () => {
    const now = await operation(id);
    return isFinished(now.status) && now;
  });
  expect(ended).toMatchObject({ status: 'cancelled', problem: null, finishedAt: expect.any(String) });
  const { done, counts: before } = ended;
  expect(before).toEqual(counts({ listed: done, added: done }));
  expect(await assetsOf(client, source.id)).toHaveLength(done);

  release();
  expect((await sync(client, source.id)).counts).toEqual(
    counts({ listed: OBJECTS, added: OBJECTS - done, unchanged: done }),
  );
  await expectExact(source.id);
  // One that has finished stays as it is.
  expect(await client.call('cancelOperation', { params: { operationId: id } })).toMatchObject({
    status: 'cancelled',
  });
});

test('a storage that throttles, breaks connections and cuts answers short delays a sync and nothing else', async () => {
  const { client } = mooring;
  const { source } = await connect(client, storage);
  spoilListing({ kind: 'server-busy', retryAfterSeconds: 1 }, 2);
  spoilListing({ kind: 'reset' }, 2);
  spoilListing({ kind: 'truncate', afterBytes: 100_000 }, 2);
  spoilListing({ kind: 'server-busy' }, 1);
  const ended = await sync(client, source.id);
  expect(ended).toMatchObject({
    status: 'succeeded',
    errorCount: 0,
    counts: counts({ listed: OBJECTS, added: OBJECTS }),
  });
  await expectExact(source.id);
});

test('the server is killed in the middle: a client that waits goes on waiting, and the sync ends by itself', async () => {
  const { client } = mooring;
  const { source } = await connect(client, storage);
  const release = holdSecond('page');
  const { id } = await start(source.id);
  const waiting = client.watchOperation(id);
  const { done } = await halfWay(id);
  await mooring.killAll();
  release();
  await mooring.restart();
  const ended = await waiting;
  expect(ended).toMatchObject({
    status: 'succeeded',
    attempts: 2,
    counts: counts({ listed: OBJECTS, added: OBJECTS }),
  });
  expect(done).toBeLessThan(OBJECTS);
  await expectExact(source.id);
});

test('its database is killed in the middle: it is started again, and the sync ends by itself', async () => {
  const { client } = mooring;
  const { source } = await connect(client, storage);
  const release = holdSecond('page');
  const { id } = await start(source.id);
  const waiting = client.watchOperation(id);
  await halfWay(id);
  const pid = (await embeddedPid(mooring.dataDir))!;
  killNow(pid);
  release();
  expect(await waiting).toMatchObject({
    status: 'succeeded',
    counts: counts({ listed: OBJECTS, added: OBJECTS }),
  });
  expect(await embeddedPid(mooring.dataDir)).not.toBe(pid);
  await expectExact(source.id);
});

test('a container that changes while it is listed: nothing that stayed is lost, and the next sync is exact', async () => {
  const { client } = mooring;
  const { source } = await connect(client, storage);
  await sync(client, source.id);
  const before = await assetsOf(client, source.id);

  const release = holdSecond('range');
  const { id } = await start(source.id);
  const { done } = await halfWay(id);
  expect(done).toBeLessThan(OBJECTS);
  const [listed, unlisted] = [before[10]!.key, before.at(-10)!.key];
  const [listedToo, unlistedToo] = [before[20]!.key, before.at(-20)!.key];
  await storage.remove(listed);
  await storage.remove(unlisted);
  await storage.put({ key: listedToo, body: 'changed' });
  await storage.put({ key: unlistedToo, body: 'changed' });
  await storage.put({ key: 'many/000/0-new.txt', body: 'new' });
  await storage.put({ key: 'z/new.txt', body: 'new' });
  release();

  expect(await client.watchOperation(id)).toMatchObject({
    status: 'succeeded',
    counts: counts({ listed: OBJECTS, added: 1, changed: 1, removed: 1, unchanged: OBJECTS - 2 }),
  });
  const touched = [listed, unlisted, listedToo, unlistedToo];
  const after = new Map((await assetsOf(client, source.id)).map(asset => [asset.key, asset]));
  for (const asset of before.filter(({ key }) => !touched.includes(key)))
    expect(after.get(asset.key)).toEqual(asset);

  expect((await sync(client, source.id)).counts).toEqual(
    counts({ listed: OBJECTS, added: 1, changed: 1, removed: 1, unchanged: OBJECTS - 2 }),
  );
  await expectExact(source.id);
});
