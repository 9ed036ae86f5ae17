import { setTimeout as pause } from 'node:timers/promises';
import { isFinished, type Operation, type Source, type SyncCounts } from '@mooring/contract';
import { type Storage, startStorage } from '@mooring/emulators';
import { inPlaceOfAzurite, type Volume } from '@mooring/emulators/volume';
import type { MooringClient } from '@mooring/sdk';
import type pg from 'pg';
import { afterAll, beforeAll, expect, onTestFailed, test } from 'vitest';
import { connect } from '../support/connect.ts';
import { createExpectedCatalogue } from '../support/expected-catalogue.ts';
import { embeddedDatabase, externalDatabase } from '../support/killable-database.ts';
import { listContainer } from '../support/listing.ts';
import { startMooring } from '../support/mooring.ts';
import { createPlainClient, type PlainClient } from '../support/plain-client.ts';
import { seededRandom } from '../support/random.ts';
import { carryOut, crashes, lookAt, planStrikes } from '../support/strikes.ts';
import { assetsOf } from '../support/sync.ts';
import { until } from '../support/wait.ts';
import { startWorkers } from '../support/workers.ts';

const OBJECTS = 30_000;
const FOLDERS = 40;
/** Beside the one that the server keeps beside itself. */
const WORKERS = 3;
/** After the installation has got on again, the next strike comes within so long. */
const STRIKE_WITHIN_MS = 500;
/** In a share of cases it comes before that. */
const IMPATIENT = 1 / 5;

/** How many times as many strikes there are as every run makes: for a long search, `npm run kill -- --times 10`. */
const times = Number(process.env.MOORING_TEST_KILLS ?? 1);

/** Repeats which strikes come and what changes; not to the moment when. */
const seed = Number(process.env.MOORING_TEST_SEED ?? Date.now() % 2 ** 32);

let storage: Storage;
let volume: Volume;
let plain: PlainClient;

beforeAll(async () => {
  const emulate = inPlaceOfAzurite({ media: { objects: OBJECTS, shape: 'tree', folders: FOLDERS } });
  storage = await startStorage({
    emulate: async options => {
      const started = await emulate(options);
      volume = started;
      return started;
    },
  });
  volume.settings.objectsPerPage = 500;
  plain = createPlainClient(storage.certificates.ca);
});
afterAll(async () => {
  await plain?.close();
  await storage?.stop();
});

test.each([
  {
    database: 'the embedded database',
    open: embeddedDatabase,
    kills: { workers: 6 * times, databases: 2 * times, servers: times },
  },
  {
    database: 'a DATABASE_URL',
    open: externalDatabase,
    kills: { workers: 3 * times, databases: times, servers: 1 },
  },
])(
  'with $database, workers, servers and databases that are killed under syncs lose and double nothing',
  async ({ open, kills }) => {
    const random = seededRandom(seed);
    const story: string[] = [];
    const begun = performance.now();
    const tell = (what: string) =>
      story.push(`${((performance.now() - begun) / 1000).toFixed(1)} s: ${what}`);
    onTestFailed(() => {
      console.error(`MOORING_TEST_SEED=${seed}\n${story.join('\n')}`);
    });
    volume.change('media', null);
    await using cleanup = new AsyncDisposableStack();
    const database = await open();
    cleanup.defer(database.stop);
    const mooring = await startMooring(storage, database.settings);
    cleanup.defer(mooring.stop);
    const workers = startWorkers(mooring.environment, WORKERS);
    cleanup.defer(workers.stop);
    const targets = { mooring, workers, database };
    const { client } = mooring;
    const { source } = await connect(client, storage);
    const expected = createExpectedCatalogue();
    const recoveries: number[] = [];

    const start = async (body: { dryRun?: boolean } = {}) => {
      calm();
      const found = expected.listed(await listContainer(storage, plain));
      trouble(random);
      const operation = await client.call('syncSource', { params: { sourceId: source.id }, body });
      tell(`sync ${operation.id} has to find ${JSON.stringify(found)}`);
      return { operation, found };
    };

    let round = 0;
    let { operation, found } = await start();
    for (const strike of planStrikes(kills, WORKERS + 1, random)) {
      if (random() >= IMPATIENT) await pause(random() * STRIKE_WITHIN_MS);
      operation = await lookAt(client, operation);
      while (isFinished(operation.status)) {
        tell(`ended after ${operation.attempts} attempts`);
        expectSuccess(operation, found);
        await expectExact(client, source, expected);
        volume.change('media', changeOf(++round, random));
        ({ operation, found } = await start());
      }
      tell(
        `${JSON.stringify(strike)} at ${operation.done}, ${operation.status}, attempt ${operation.attempts}`,
      );
      const struckAt = await carryOut(strike, targets, random);
      if (random() < IMPATIENT) continue;
      operation = await gotOn(client, operation);
      const recoveredMs = performance.now() - struckAt;
      recoveries.push(recoveredMs);
      tell(`got on after ${recoveredMs.toFixed(0)} ms`);
    }

    // Nothing more is done: it goes on and ends by itself.
    operation = await client.watchOperation(operation.id);
    expectSuccess(operation, found);
    await expectExact(client, source, expected);
    const dryRun = await start({ dryRun: true });
    expectSuccess(await client.watchOperation(dryRun.operation.id), dryRun.found);
    expect(dryRun.found.unchanged).toBe(dryRun.found.listed);
    await expectNothingLeft(await database.connect(mooring));
    expect(crashes(targets)).toEqual([]);

    const sorted = recoveries.toSorted((one, other) => one - other);
    const at = (share: number) => sorted[Math.floor(share * (sorted.length - 1))]!.toFixed(0);
    tell(
      `${round + 1} syncs; got on after ${at(0.5)} ms (median), ${at(0.9)} ms (90 %), ${at(1)} ms (longest)`,
    );
    console.log(`MOORING_TEST_SEED=${seed} ${story.at(-1)}`);
  },
  3_600_000,
);

/** Waits until it is further, was taken up again, or has ended. What the database lost may be listed again. */
const gotOn = (client: MooringClient, before: Operation): Promise<Operation> =>
  until('progress', async () => {
    await pause(50);
    const now = await lookAt(client, before);
    return (now.done !== before.done || now.attempts > before.attempts || isFinished(now.status)) && now;
  });

function calm(): void {
  Object.assign(volume.settings, { latencyMs: 0, requestsPerSecond: null, mishaps: null, arrow: true });
}

function trouble(random: () => number): void {
  Object.assign(volume.settings, {
    latencyMs: 30 + random() * 120,
    requestsPerSecond: 80,
    mishaps: { seed: Math.floor(random() * 1e6), share: 0.03 },
    arrow: random() < 2 / 3,
  });
}

function changeOf(round: number, random: () => number) {
  if (random() < 1 / 8) return null; // as it was first
  const share = 0.03;
  return {
    seed: seed + round,
    added: random() * share,
    changed: random() * share,
    removed: random() * share,
  };
}

function expectSuccess(operation: Operation, counts: SyncCounts | null): void {
  expect(operation).toMatchObject({ status: 'succeeded', problem: null, errorCount: 0, counts });
  expect(operation).toMatchObject({ done: counts!.listed, total: counts!.listed });
}

/** The catalogue and every counter that is kept say what was listed. */
async function expectExact(
  client: MooringClient,
  { id, connectionId, folderId }: Source,
  expected: ReturnType<typeof createExpectedCatalogue>,
): Promise<void> {
  const assets = await assetsOf(client, id, { status: 'any' });
  expect(expected.differences(assets).slice(0, 10)).toEqual([]);
  const present = expected.present();
  expect(await client.call('getSource', { params: { sourceId: id } })).toMatchObject({
    assetCount: present.length,
    goneCount: expected.gone(),
  });
  expect(await client.call('getConnection', { params: { connectionId } })).toMatchObject({
    assetCount: present.length,
  });
  const sum = (objects: typeof present) => ({
    assets: objects.length,
    sizeBytes: objects.reduce((total, [, { sizeBytes }]) => total + sizeBytes, 0),
  });
  const top = await client.call('getFolder', { params: { folderId } });
  expect([top.direct, top.total]).toEqual([sum([]), sum(present)]);
  const folders = await Array.fromAsync(client.pages('listFolders', { query: { parentId: folderId } }));
  const byFolder = Map.groupBy(present, ([key]) => key.split('/')[0]!);
  expect(folders.map(({ name, direct, total }) => [name, direct, total])).toEqual(
    [...byFolder].sort().map(([name, objects]) => [name, sum(objects), sum(objects)]),
  );
}

/** What a sync keeps for itself has gone with it. */
async function expectNothingLeft(database: pg.Client): Promise<void> {
  const { rows } = await database.query(
    'select (select count(*) from sync_ranges) as ranges, (select count(*) from sync_marks) as marks',
  );
  await database.end();
  expect(rows).toEqual([{ ranges: '0', marks: '0' }]);
}
