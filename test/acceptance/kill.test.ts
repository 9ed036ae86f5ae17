import { setTimeout as pause } from 'node:timers/promises';
import { isFinished, type Operation, type Source, type SyncCounts } from '@mooring/contract';
import { type Storage, startStorage } from '@mooring/emulators';
import { afterAll, beforeAll, expect, onTestFailed, test } from 'vitest';
import { connect } from '../support/connect.ts';
import { listContainer } from '../support/listing.ts';
import { type Mooring, startMooring } from '../support/mooring.ts';
import { createPlainClient, type PlainClient } from '../support/plain-client.ts';
import { killNow } from '../support/processes.ts';
import { seededRandom } from '../support/random.ts';
import { assetsOf, counts } from '../support/sync.ts';
import { until } from '../support/wait.ts';

const OBJECTS = 20_000;
const KILLS = 20;
/** Added to each page of a listing, so that a sync takes long enough to be killed in. */
const DELAY_MS = 1500;
/** How long after a worker has taken the sync up, or has saved a page, it is killed at most. */
const KILL_WITHIN_MS = 2000;
const MUTATIONS = 40;

const seed = Number(process.env.MOORING_TEST_SEED ?? Date.now() % 2 ** 32);
const random = seededRandom(seed);

let storage: Storage;
let mooring: Mooring;
let plain: PlainClient;
let source: Source;
/** What happened, for when it goes wrong. */
const story: string[] = [];

beforeAll(async () => {
  storage = await startStorage();
  await storage.seedMany(OBJECTS);
  plain = createPlainClient(storage.certificates.ca);
  mooring = await startMooring(storage);
  ({ source } = await connect(mooring.client, storage));
  storage.front.inject(
    { kind: 'delay', ms: DELAY_MS },
    { times: Number.POSITIVE_INFINITY, when: ({ action }) => action === 'list' },
  );
});
afterAll(async () => {
  await plain?.close();
  await mooring?.stop();
  await storage?.stop();
});

test(`a sync of ${OBJECTS} objects is killed ${KILLS} times, ends by itself, and has counted everything once`, async () => {
  onTestFailed(() => console.error(`MOORING_TEST_SEED=${seed}\n${story.join('\n')}`));
  let expected: SyncCounts = counts({ listed: OBJECTS, added: OBJECTS });
  let operation = await start();
  let round = 0;

  for (let kills = 0; kills < KILLS; ) {
    operation = await moved(operation, 'attempts');
    if (random() < 1 / 3) operation = await moved(operation, 'done');
    await pause(random() * KILL_WITHIN_MS);
    operation = await look(operation);
    if (isFinished(operation.status)) {
      expectSuccess(operation, expected);
      expected = await mutate(++round);
      operation = await start();
      continue;
    }
    story.push(`kill ${kills}: ${kills % 2 ? 'all' : 'worker'} at ${operation.done}, ${operation.status}`);
    if (kills % 2) {
      await mooring.killAll();
      await mooring.restart();
    } else mooring.workerPids().forEach(killNow);
    kills++;
  }

  // Nobody does anything more: it goes on and ends by itself.
  operation = await mooring.client.watchOperation(operation.id);
  expectSuccess(operation, expected);

  const listed = await listContainer(storage, plain);
  const assets = await assetsOf(mooring.client, source.id, { status: 'any' });
  const present = assets.filter(asset => asset.status === 'present');
  expect(new Set(assets.map(({ id }) => id)).size).toBe(assets.length);
  expect(new Set(assets.map(({ key }) => key)).size).toBe(assets.length);
  expect(present.length).toBe(listed.size);
  expect(present.filter(({ key, etag }) => listed.get(key) !== etag)).toEqual([]);
  await expectCounters([...listed.keys()], assets.length - present.length);
}, 400_000);

async function start(): Promise<Operation> {
  const operation = await mooring.client.call('syncSource', { params: { sourceId: source.id } });
  story.push(`sync ${operation.id}`);
  return operation;
}

const look = ({ id }: Operation): Promise<Operation> =>
  mooring.client.call('getOperation', { params: { operationId: id } });

/** Waits until it was taken up again, or has got on; or has ended. */
const moved = (operation: Operation, by: 'attempts' | 'done'): Promise<Operation> =>
  until(`progress of ${by}`, async () => {
    const now = await look(operation);
    return (now[by] > operation[by] || isFinished(now.status)) && now;
  });

function expectSuccess(operation: Operation, expected: SyncCounts): void {
  story.push(`ended after ${operation.attempts} attempts as ${JSON.stringify(operation.counts)}`);
  expect(operation).toMatchObject({ status: 'succeeded', problem: null, errorCount: 0, counts: expected });
  expect(operation).toMatchObject({ done: expected.listed, total: expected.listed });
}

/** Changes the container here and there, and says what a sync has to find. */
async function mutate(round: number): Promise<SyncCounts> {
  const before = await listContainer(storage, plain);
  const keys = [...before.keys()];
  const at = (index: number) => keys[(index * 461 + round * 97) % keys.length]!;
  const changed = Array.from({ length: MUTATIONS }, (_, index) => at(index));
  const removed = Array.from({ length: MUTATIONS }, (_, index) => at(index + MUTATIONS));
  const added = Array.from({ length: MUTATIONS }, (_, index) => `${at(index)}.${round}`);
  const restored = lastRemoved;
  for (const key of [...changed, ...added, ...restored]) await storage.put({ key, body: `round ${round}` });
  for (const key of removed) await storage.remove(key);
  lastRemoved = removed;
  story.push(`mutated in round ${round}`);
  const listed = keys.length + added.length + restored.length - removed.length;
  return counts({
    listed,
    added: added.length,
    changed: changed.length,
    removed: removed.length,
    restored: restored.length,
    unchanged: listed - added.length - changed.length - restored.length,
  });
}
let lastRemoved: string[] = [];

/** Every counter that is kept says what counting says. */
async function expectCounters(keys: string[], gone: number): Promise<void> {
  const { client } = mooring;
  expect(await client.call('getSource', { params: { sourceId: source.id } })).toMatchObject({
    assetCount: keys.length,
    goneCount: gone,
  });
  expect(await client.call('getConnection', { params: { connectionId: source.connectionId } })).toMatchObject(
    {
      assetCount: keys.length,
    },
  );
  const top = await client.call('getFolder', { params: { folderId: source.folderId } });
  expect(top.total.assets).toBe(keys.length);
  const [many] = await Array.fromAsync(client.pages('listFolders', { query: { parentId: top.id } }));
  expect(many).toMatchObject({ name: 'many', direct: { assets: 0 }, total: { assets: keys.length } });
  const folders = await Array.fromAsync(client.pages('listFolders', { query: { parentId: many!.id } }));
  const byFolder = Map.groupBy(keys, key => key.split('/')[1]!);
  expect(folders.map(({ name, direct, total }) => [name, direct.assets, total.assets])).toEqual(
    [...byFolder].map(([name, some]) => [name, some.length, some.length]),
  );
}
