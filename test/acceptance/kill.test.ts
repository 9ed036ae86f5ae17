import { setTimeout as pause } from 'node:timers/promises';
import { isFinished, type Operation, type Source } from '@mooring/contract';
import { type Storage, startStorage } from '@mooring/emulators';
import { inPlaceOfAzurite, type Volume } from '@mooring/emulators/volume';
import { MooringApiError } from '@mooring/sdk';
import pg from 'pg';
import { afterAll, afterEach, beforeAll, expect, onTestFailed, test } from 'vitest';
import { connect } from '../support/connect.ts';
import { connectToEmbedded, embeddedPid } from '../support/embedded-database.ts';
import { createExpectedCatalogue } from '../support/expected-catalogue.ts';
import { listContainer } from '../support/listing.ts';
import { type Mooring, startMooring } from '../support/mooring.ts';
import { createPlainClient, type PlainClient } from '../support/plain-client.ts';
import { startPostgres15 } from '../support/postgres15.ts';
import { childrenOf, killNow } from '../support/processes.ts';
import { seededRandom } from '../support/random.ts';
import { assetsOf } from '../support/sync.ts';
import { until } from '../support/wait.ts';
import { startWorkers } from '../support/workers.ts';

const OBJECTS = 40_000;
const FOLDERS = 40;
/** Beside the one that the server keeps beside itself. */
const WORKERS = 3;
/** After the installation has got on again, the next strike comes within so long. */
const STRIKE_WITHIN_MS = 1000;
/** In a share of cases it comes before that. */
const IMPATIENT = 1 / 5;

/** What a worker says in its log once it can be given work. */
const READY = 'waiting for operations';

const seed = Number(process.env.MOORING_TEST_SEED ?? Date.now() % 2 ** 32);

let storage: Storage;
let volume: Volume;
let plain: PlainClient;
let database: KillableDatabase;
let mooring: Mooring | null = null;
let workers: ReturnType<typeof startWorkers> | null = null;

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
afterEach(async () => {
  await workers?.stop();
  await mooring?.stop();
  [workers, mooring] = [null, null];
  await database.stop();
});
afterAll(async () => {
  await plain?.close();
  await storage?.stop();
});

/** A database whose processes can be killed. */
interface KillableDatabase {
  settings: Record<string, string>;
  pid(): Promise<number | null>;
  /** What whoever runs it does after it was killed. */
  revive(): Promise<void>;
  connect(): Promise<pg.Client>;
  stop(): Promise<void>;
}

const embedded = async (): Promise<KillableDatabase> => ({
  settings: {},
  pid: () => embeddedPid(mooring!.dataDir),
  revive: async () => {}, // those that use it do
  connect: () => connectToEmbedded(mooring!.dataDir),
  stop: async () => {},
});

async function external(): Promise<KillableDatabase> {
  const server = await startPostgres15();
  const url = await server.createDatabase('mooring');
  return {
    settings: { DATABASE_URL: url },
    pid: async () => server.pid(),
    revive: server.restart,
    async connect() {
      const client = new pg.Client({ connectionString: url });
      await client.connect();
      return client;
    },
    stop: server.stop,
  };
}

test.each([
  { database: 'the embedded database', open: embedded, kills: { workers: 100, databases: 20, servers: 6 } },
  { database: 'a DATABASE_URL', open: external, kills: { workers: 20, databases: 5, servers: 1 } },
])(
  'with $database, workers, servers and databases that are killed ($kills) lose and double nothing',
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
    database = await open();
    mooring = await startMooring(storage, database.settings);
    workers = startWorkers(mooring.environment, WORKERS);
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
    const look = (operation: Operation) => lookAt(mooring!, operation.id);

    let round = 0;
    let { operation, found } = await start();
    for (const strike of planStrikes(random, kills)) {
      if (random() >= IMPATIENT) await pause(random() * STRIKE_WITHIN_MS);
      operation = await look(operation);
      while (isFinished(operation.status)) {
        tell(`ended after ${operation.attempts} attempts`);
        expectSuccess(operation, found);
        await expectExact(source, expected);
        volume.change('media', changeOf(++round, random));
        ({ operation, found } = await start());
        operation = await gotOn(operation);
      }
      tell(
        `${JSON.stringify(strike)} at ${operation.done}, ${operation.status}, attempt ${operation.attempts}`,
      );
      const struckAt = performance.now();
      await carryOut(strike, random);
      if (random() < IMPATIENT) continue;
      operation = await gotOn(operation);
      const recoveredMs = performance.now() - struckAt;
      recoveries.push(recoveredMs);
      tell(`got on after ${recoveredMs.toFixed(0)} ms`);
    }

    // Nobody does anything more: it goes on and ends by itself.
    operation = await client.watchOperation(operation.id);
    expectSuccess(operation, found);
    await expectExact(source, expected);
    const dryRun = await start({ dryRun: true });
    expectSuccess(await client.watchOperation(dryRun.operation.id), dryRun.found);
    expect(dryRun.found.unchanged).toBe(dryRun.found.listed);
    await expectNothingLeft();
    expect(crashes(mooring.logs() + workers.logs())).toEqual([]);

    const sorted = recoveries.toSorted((one, other) => one - other);
    const at = (share: number) => sorted[Math.floor(share * (sorted.length - 1))]!.toFixed(0);
    tell(
      `${round + 1} syncs; got on after ${at(0.5)} ms (median), ${at(0.9)} ms (90 %), ${at(1)} ms (longest)`,
    );
    console.log(`MOORING_TEST_SEED=${seed} ${story.at(-1)}`);
  },
  600_000,
);

/** So many of the workers, the server with its worker, the database server, or one of its processes. */
type Strike =
  | { workers: number }
  | 'the server'
  | 'the database'
  | 'the database and all its processes'
  | 'one process of the database';

function planStrikes(
  random: () => number,
  kills: { workers: number; databases: number; servers: number },
): Strike[] {
  const strikes: Strike[] = Array.from({ length: kills.servers }, () => 'the server');
  for (let index = 0; index < kills.databases; index++) {
    strikes.push(random() < 0.5 ? 'the database' : 'the database and all its processes');
    if (random() < 0.25) strikes.push('one process of the database');
  }
  for (let left = kills.workers; left > 0; ) {
    const count = Math.min(left, 1 + Math.floor(random() * (WORKERS + 1)));
    strikes.push({ workers: count });
    left -= count;
  }
  for (let index = strikes.length - 1; index > 0; index--) {
    const other = Math.floor(random() * (index + 1));
    [strikes[index], strikes[other]] = [strikes[other]!, strikes[index]!];
  }
  return strikes;
}

async function carryOut(strike: Strike, random: () => number): Promise<void> {
  if (typeof strike === 'object') {
    const ready = await until(`that ${strike.workers} workers are ready`, async () => {
      const pids = readyWorkers();
      return pids.length >= strike.workers && pids;
    });
    for (let left = strike.workers; left > 0; left--)
      killNow(ready.splice(Math.floor(random() * ready.length), 1)[0]!);
    return;
  }
  if (strike === 'the server') {
    await mooring!.killAll();
    await mooring!.restart();
    return;
  }
  const pid = await until('that the database runs', database.pid);
  const children = childrenOf(pid);
  if (strike === 'one process of the database') {
    killNow(children[Math.floor(random() * children.length)]!);
    return;
  }
  killNow(pid);
  if (strike === 'the database and all its processes') children.forEach(killNow);
  await database.revive();
}

/** The workers that have said that they wait for operations. */
function readyWorkers(): number[] {
  const said = mooring!.logs() + workers!.logs();
  return [...mooring!.workerPids(), ...workers!.pids()].filter(pid =>
    said.includes(`"pid":${pid},"msg":"${READY}"`),
  );
}

/** How it is with an operation, as soon as the server can say; while the database is away it says so. */
const lookAt = ({ client }: Mooring, operationId: string): Promise<Operation> =>
  until(`an answer about ${operationId}`, () =>
    client.call('getOperation', { params: { operationId } }).catch(error => {
      if (error instanceof MooringApiError && error.code === 'unavailable') return null;
      throw error;
    }),
  );

/** Waits until it is further, was taken up again, or has ended. What the database lost may be listed again. */
const gotOn = (before: Operation): Promise<Operation> =>
  until('progress', async () => {
    await pause(50);
    const now = await lookAt(mooring!, before.id);
    return (now.done !== before.done || now.attempts > before.attempts || isFinished(now.status)) && now;
  });

function calm(): void {
  Object.assign(volume.settings, { latencyMs: 0, requestsPerSecond: null, mishaps: null, arrow: true });
}

function trouble(random: () => number): void {
  Object.assign(volume.settings, {
    latencyMs: 30 + random() * 120,
    requestsPerSecond: 50,
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

function expectSuccess(operation: Operation, counts: Operation['counts']): void {
  expect(operation).toMatchObject({ status: 'succeeded', problem: null, errorCount: 0, counts });
  expect(operation).toMatchObject({ done: counts!.listed, total: counts!.listed });
}

/** The catalogue and every counter that is kept say what was listed. */
async function expectExact(
  { id, connectionId, folderId }: Source,
  expected: ReturnType<typeof createExpectedCatalogue>,
): Promise<void> {
  const { client } = mooring!;
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

/** What processes wrote that ended by themselves. One that never was ready may: it cannot start without its database. */
function crashes(logs: string): unknown[] {
  const lines = logs
    .split('\n')
    .filter(line => line.startsWith('{') && line.endsWith('}'))
    .map(line => JSON.parse(line) as { level?: string; pid?: number; msg?: string });
  const ready = new Set(lines.filter(({ msg }) => msg === READY || msg === 'serving').map(({ pid }) => pid));
  return lines.filter(({ level, pid }) => level === 'fatal' && ready.has(pid));
}

/** What a sync keeps for itself has gone with it. */
async function expectNothingLeft(): Promise<void> {
  const own = await database.connect();
  const { rows } = await own.query(
    'select (select count(*) from sync_ranges) as ranges, (select count(*) from sync_marks) as marks',
  );
  await own.end();
  expect(rows).toEqual([{ ranges: '0', marks: '0' }]);
}
