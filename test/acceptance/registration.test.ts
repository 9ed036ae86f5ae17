import { readFile, writeFile } from 'node:fs/promises';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { gzipSync } from 'node:zlib';
import {
  type Asset,
  type Connection,
  isFinished,
  type Operation,
  registrationCountsOf,
} from '@mooring/contract';
import { type Storage, startStorage } from '@mooring/emulators';
import { MooringApiError, type MooringClient } from '@mooring/sdk';
import { afterAll, beforeAll, expect, onTestFailed, test } from 'vitest';
import { startCli } from '../support/cli.ts';
import { withApp, withAppClientOnly } from '../support/connect.ts';
import { embeddedDatabase } from '../support/killable-database.ts';
import { type Mooring, startMooring } from '../support/mooring.ts';
import { seededRandom } from '../support/random.ts';
import { makeRegistrationList } from '../support/registration-list.ts';
import { carryOut, crashes, lookAt, planStrikes } from '../support/strikes.ts';
import { assetsOf } from '../support/sync.ts';
import { until } from '../support/wait.ts';

type Registered = Extract<Operation, { kind: 'register' }>;

/** A web server of somebody else's. */
interface Host {
  base: string;
  /** Paths with queries that were asked for. */
  requests: string[];
  /** While it is set, requests from a number on are not answered. */
  held: Promise<void> | null;
  heldFrom: number;
  /** How many were opened to it. */
  sockets: number;
  server: Server;
}

const OBJECTS = 12;
/** Where every file of a host is the same, but for its name. */
const fileOf = (path: string) => Buffer.from(`file ${path}`);

let storage: Storage;
let mooring: Mooring;
let client: MooringClient;
let account: Connection;
let host: Host;
let secluded: Host;
let folders = 0;

beforeAll(async () => {
  storage = await startStorage();
  for (let at = 0; at < OBJECTS; at++)
    await storage.put({ key: `photos/${at} ê.txt`, body: `object ${at}`, contentType: 'text/plain' });
  for (const name of ['street/1.jpg', 'street/2.jpg']) await storage.put({ key: name, body: name });
  mooring = await startMooring(storage);
  client = mooring.client;
  account = await client.call('createConnection', { body: withApp(storage) });
  [host, secluded] = await Promise.all([startHost(), startHost()]);
  const direct = (name: string, { base }: Host, accessMode: 'server' | 'client-only') =>
    client.call('createConnection', {
      body: {
        provider: 'direct',
        name,
        accessMode,
        location: { url: base },
        credential: { kind: 'direct-urls' },
      },
    });
  await direct('Files', host, 'server');
  await direct('Secluded files', secluded, 'client-only');
});
afterAll(async () => {
  await mooring?.stop();
  await storage?.stop();
  for (const one of [host, secluded]) one?.server.close();
});

async function startHost(): Promise<Host> {
  const answer = async (request: IncomingMessage, response: ServerResponse): Promise<void> => {
    started.requests.push(request.url!);
    if (started.requests.length >= started.heldFrom) await started.held;
    const path = new URL(request.url!, started.base).pathname;
    const body = fileOf(path);
    if (path.includes('none')) return void response.writeHead(404).end();
    const first = request.headers.range === 'bytes=0-0';
    response.setHeader('etag', '"one"');
    response.setHeader('content-type', 'text/plain');
    if (first) response.setHeader('content-range', `bytes 0-0/${body.length}`);
    response.writeHead(first ? 206 : 200).end(first ? body.subarray(0, 1) : body);
  };
  const server = createServer((request, response) => void answer(request, response));
  server.on('connection', () => started.sockets++);
  await new Promise<void>(done => server.listen(0, '127.0.0.1', done));
  const base = `http://127.0.0.1:${(server.address() as AddressInfo).port}/files/`;
  const started: Host = { base, requests: [], held: null, heldFrom: 0, sockets: 0, server };
  return started;
}

const objectUrl = (at: number) =>
  `${storage.endpoint}/${storage.container}/photos/${encodeURIComponent(`${at} ê.txt`)}`;
const objectUrls = () => Array.from({ length: OBJECTS }, (_, at) => objectUrl(at));
const signed = (base: string, name: string) =>
  `${base}${name}?X-Amz-Date=20991130T000000Z&X-Amz-Expires=604800&X-Amz-Signature=topsecret`;
const nextFolder = () => `Folder ${++folders}`;

async function register(
  list: string[],
  options: Omit<Parameters<MooringClient['register']>[1] & object, 'folder'> & { folder: string },
): Promise<Registered> {
  const { id } = await client.register(list.join('\n'), options);
  return (await client.watchOperation(id)) as Registered;
}
async function assetsIn(folder: string): Promise<Asset[]> {
  const sources = await Array.fromAsync(client.pages('listSources'));
  const own = sources.filter(({ registeredAs }) => registeredAs === folder);
  return (await Promise.all(own.map(({ id }) => assetsOf(client, id)))).flat();
}
const errorsOf = ({ id }: Operation) =>
  Array.fromAsync(client.pages('listOperationErrors', { params: { operationId: id } }));

test('a list of addresses of any form becomes assets that open', async () => {
  const folder = nextFolder();
  const [first, ...rest] = objectUrls();
  const path = `${storage.container}/photos/0 ê.txt`;
  const list = [
    `${first}?sv=2026-02-06&sig=foreign`,
    ...rest,
    signed(host.base, 'a.txt'),
    `${host.base}b.txt`,
  ];
  const done = await register(list, { folder });
  expect(done).toMatchObject({ status: 'succeeded', done: OBJECTS + 2, total: OBJECTS + 2, errorCount: 0 });
  expect(registrationCountsOf(done)).toEqual({ pending: 0, done: OBJECTS + 2, error: 0, cancelled: 0 });
  const assets = await assetsIn(folder);
  expect(assets).toHaveLength(OBJECTS + 2);
  expect(assets.find(({ key }) => key === 'photos/0 ê.txt')).toMatchObject({
    ...{ connectionId: account.id, contentType: 'text/plain', sizeBytes: 8, status: 'present' },
  });
  const { items, problems } = await client.signAssets(assets.map(({ id }) => id));
  expect(problems).toEqual([]);
  const nameOf = new Map(assets.map(({ id, key }) => [id, key]));
  const direct = items.find(({ assetId }) => nameOf.get(assetId) === 'files/a.txt')!;
  expect(direct).toMatchObject({ url: signed(host.base, 'a.txt'), expiresAt: '2099-12-07T00:00:00.000Z' });
  const again = await register([path], { folder });
  expect(again.counts).toMatchObject({ unchanged: 1, added: 0 });
  const [source] = (await Array.fromAsync(client.pages('listSources'))).filter(
    one => one.registeredAs === folder && one.connectionId === account.id,
  );
  const params = { sourceId: source!.id };
  await expect(client.call('syncSource', { params })).rejects.toMatchObject({ code: 'conflict' });
  const { id } = await client.call('recheckSource', { params });
  const counts = { looked: OBJECTS, unchanged: OBJECTS, changed: 0, gone: 0, failed: 0 };
  expect(await client.watchOperation(id)).toMatchObject({ status: 'succeeded', counts });
});

test('a connection of direct URLs has nothing to sync', async () => {
  const { items } = await client.call('listConnections');
  const { id } = items.find(({ name }) => name === 'Files')!;
  const refused = client.call('createSource', { body: { connectionId: id } });
  await expect(refused).rejects.toMatchObject({
    code: 'conflict',
    fix: expect.stringContaining('mooring register'),
  });
});

test('mistakes are named, without a signature: all or nothing, or the rest', async () => {
  const folder = nextFolder();
  const list = [
    objectUrl(0),
    signed(host.base, 'none.txt'),
    signed('http://127.0.0.1:1/', 'a'),
    objectUrl(1),
  ];
  const all = await register(list, { folder });
  expect(all).toMatchObject({
    status: 'failed',
    problem: { detail: '2 of 4 items cannot be registered, so none was.' },
  });
  expect(await assetsIn(folder)).toEqual([]);
  const dry = await register(list, { folder, ignoreErrors: true, dryRun: true });
  expect(dry).toMatchObject({
    status: 'succeeded',
    counts: { done: 2, error: 2, added: 0 },
    report: { dryRun: true },
  });
  expect(await assetsIn(folder)).toEqual([]);
  const some = await register(list, { folder, ignoreErrors: true });
  expect(some).toMatchObject({ status: 'succeeded', counts: { done: 2, error: 2, added: 2 } });
  expect(await assetsIn(folder)).toHaveLength(2);
  const errors = await errorsOf(some);
  expect(errors.map(({ code }) => code)).toEqual(['storage_not_found', 'not_found']);
  expect(JSON.stringify([errors, some, all])).not.toContain('topsecret');
});

test.each([
  ['label-studio', 'tasks.json', [{ caption: 'A street' }, { split: 'train' }]],
  ['cvat', 'manifest.jsonl', [null, null]],
  ['scale', 'tasks.jsonl', [{ city: 'Bern' }, { city: 'Basel' }]],
])('the list of the page for people who come from %s works with its command', async (from, name, said) => {
  const { list, commands } = await readGuide(from);
  const file = join(mooring.home, name);
  await writeFile(file, list!);
  const folder = nextFolder();
  const [command] = commands.filter(([word]) => word === 'register');
  const args = command!.map(word => (word === name ? file : word === 'Street scenes' ? folder : word));
  expect(await mooring.cli.json(args)).toMatchObject({ status: 'succeeded', counts: { added: 2, error: 0 } });
  const assets = await assetsIn(folder);
  expect(assets.map(({ key, clientMetadata }) => [key, clientMetadata])).toEqual([
    ['street/1.jpg', said[0]],
    ['street/2.jpg', said[1]],
  ]);
});

test('the commands of the page for people who come from Datature work', async () => {
  const { commands } = await readGuide('datature');
  for (const command of commands) await mooring.cli.json(command);
  const { items } = await client.call('listSources');
  const source = items.find(({ prefix }) => prefix === 'street/');
  expect(source).toMatchObject({ assetCount: 2, profile: 'datature' });
});

/** The list and the commands of a guide, of the container of this stage. */
async function readGuide(from: string): Promise<{ list: string | undefined; commands: string[][] }> {
  const guide = (await readFile(new URL(`../../docs/guides/from-${from}.md`, import.meta.url), 'utf8'))
    .replaceAll('https://acme.blob.core.windows.net', storage.endpoint)
    .replaceAll(/\bmedia\b/g, storage.container);
  const blocks = [...guide.matchAll(/^```(\w*)\n(.*?)^```/gms)];
  return {
    list: blocks.find(([, language]) => language === 'json')?.[2],
    commands: blocks
      .flatMap(([, language, text]) => (language === '' ? text!.trim().split('\n') : []))
      .map(line => [...line.matchAll(/"([^"]*)"|\S+/g)].slice(1).map(([word, quoted]) => quoted ?? word)),
  };
}

test('the same list with the same key is registered once', async () => {
  const folder = nextFolder();
  const headers = { 'idempotency-key': crypto.randomUUID() };
  const first = await client.register(objectUrl(0), { folder, headers });
  const second = await client.register(objectUrl(0), { folder, headers });
  expect(second.id).toBe(first.id);
  const other = client.register(objectUrl(1), { folder, headers });
  await expect(other).rejects.toMatchObject({ code: 'conflict' });
  await client.watchOperation(first.id);
});

test('a cancelled one stops while a host is silent', async () => {
  const folder = nextFolder();
  const hold = Promise.withResolvers<void>();
  host.held = hold.promise;
  try {
    const { id } = await client.register(`${host.base}slow.txt`, { folder });
    // Others may ask meanwhile: assets of earlier tests are probed.
    const isAsked = async () => host.requests.some(url => url.endsWith('/slow.txt'));
    await until('the request of the registration', isAsked);
    await client.call('cancelOperation', { params: { operationId: id } });
    const ended = (await client.watchOperation(id)) as Registered;
    expect(ended.status).toBe('cancelled');
    expect(registrationCountsOf(ended)).toEqual({ pending: 0, done: 0, error: 0, cancelled: 1 });
  } finally {
    host.held = null;
    hold.resolve();
  }
});

/** How many times as many kills there are as every run makes. More than once: at any moment, of long lists. */
const times = Number(process.env.MOORING_TEST_KILLS ?? 1);
/** Repeats what is killed, and where it is held. */
const seed = Number(process.env.MOORING_TEST_SEED ?? Date.now() % 2 ** 32);

test.each([
  { ...{ mode: 'what can be', ignoreErrors: true }, kills: { workers: times, databases: 0, servers: times } },
  {
    ...{ mode: 'all or none', ignoreErrors: false },
    kills: { workers: times, databases: times, servers: 0 },
  },
])(
  'with $mode, processes that are killed lose and double nothing',
  async ({ ignoreErrors, kills }) => {
    const random = seededRandom(seed);
    onTestFailed(() => console.error(`MOORING_TEST_SEED=${seed}`));
    const targets = {
      mooring,
      workers: { pids: () => [], logs: () => '' },
      database: await embeddedDatabase(),
    };

    async function start() {
      const folder = nextFolder();
      const path = `${folder.replace(' ', '-')}/`;
      const list = makeRegistrationList(times > 1 ? 100_000 : 1500, {
        ...{ host: host.base + path, secluded: secluded.base + path, withMistakes: ignoreErrors },
      });
      return { folder, list, operation: await client.register(list.json, { folder, ignoreErrors }) };
    }
    async function expectExact({
      folder,
      list,
      operation,
    }: Awaited<ReturnType<typeof start>>): Promise<void> {
      await lookAt(client, operation);
      const ended = (await client.watchOperation(operation.id)) as Registered;
      expect(ended).toMatchObject({ status: 'succeeded', counts: list.counts });
      const found = (await assetsIn(folder)).map(({ key, clientMetadata }) => [key, clientMetadata] as const);
      expect(new Map(found)).toEqual(list.assets);
      expect(found).toHaveLength(list.assets.size);
      const errors = (await errorsOf(ended)).map(({ item }) => item.replace(/^.*: /, ''));
      expect(errors.sort()).toEqual(list.wrong.toSorted());
    }

    let running = await start();
    for (const strike of planStrikes(kills, 1, random)) {
      const { status } = await lookAt(client, running.operation);
      if (isFinished(status)) {
        await expectExact(running);
        running = await start();
      }
      const release = await aMoment(running.operation, random);
      const { attempts } = await lookAt(client, running.operation);
      await carryOut(strike, targets, random);
      release();
      // What the database loses, a worker may get over.
      if (strike === 'the server' || typeof strike === 'object')
        await takenUpAgain(running.operation, attempts);
    }
    await expectExact(running);
    expect(crashes(targets)).toEqual([]);
  },
  3_600_000,
);

/** Waits until a worker has taken it up again, unless it has ended. */
const takenUpAgain = (operation: Operation, attempts: number): Promise<boolean> =>
  until('a worker that takes it up', async () => {
    const now = await lookAt(client, operation);
    return now.attempts > attempts || isFinished(now.status);
  });

/**
 * Waits for one of the next requests of the registration; in long lists also for less, because it writes without any. In
 * short ones the host then answers nothing, until what is returned is called.
 */
async function aMoment(operation: Operation, random: () => number): Promise<() => void> {
  const hold = Promise.withResolvers<void>();
  const from = host.requests.length + 1 + Math.floor(random() * (times > 1 ? 6000 : 400));
  const atLatest = times > 1 ? performance.now() + random() * 60_000 : Number.POSITIVE_INFINITY;
  if (times === 1) Object.assign(host, { held: hold.promise, heldFrom: from });
  await until('a moment of the registration', async () => {
    const isThere = host.requests.length >= from || performance.now() > atLatest;
    return isThere || isFinished((await lookAt(client, operation)).status);
  });
  return () => {
    Object.assign(host, { held: null, heldFrom: 0 });
    hold.resolve();
  };
}

test('no request goes to the data of a client-only connection', async () => {
  const folder = nextFolder();
  const list = [signed(secluded.base, 'a.txt'), `${secluded.base}b.txt`];
  const done = await register(list, { folder });
  expect(done).toMatchObject({ status: 'succeeded', counts: { added: 2 } });
  const assets = await assetsIn(folder);
  const { items } = await client.signAssets(assets.map(({ id }) => id));
  expect(new Set(items.map(({ url }) => url))).toEqual(new Set(list));
  const { items: connections } = await client.call('listConnections');
  const { id: connectionId } = connections.find(({ name }) => name === 'Secluded files')!;
  await client.runChecks(connectionId);
  await client.call('probeAsset', { params: { assetId: assets[0]!.id } }).catch(error => {
    expect(error).toBeInstanceOf(MooringApiError);
  });
  const [source] = (await Array.fromAsync(client.pages('listSources'))).filter(
    one => one.registeredAs === folder,
  );
  const params = { sourceId: source!.id };
  const reads = [
    client.call('recheckSource', { params }),
    client.call('probeSource', { params }).then(({ id }) => client.watchOperation(id)),
    client.call('testObject', { params: { connectionId }, body: { url: list[1]! } }),
    client.call('browseConnection', { params: { connectionId }, query: {} }),
    client.call('getAssetThumbnail', { params: { assetId: assets[0]!.id }, query: { size: 256 } }),
  ];
  for (const outcome of await Promise.allSettled(reads))
    if (outcome.status === 'rejected') expect(outcome.reason).toBeInstanceOf(MooringApiError);
  const filter = { sourceId: source!.id };
  for (const kind of ['path', 'signed'] as const)
    await text(await client.exportAssets({ format: 'jsonl', filter, addresses: { kind } }));
  expect(secluded.requests).toEqual([]);
  // One of a storage service that may not be read, beside another that may.
  const strict = await client.call('createConnection', {
    body: { ...withAppClientOnly(storage), name: 'Strict' },
  });
  const missing = `${storage.endpoint}/${storage.container}/not-there.txt`;
  const claimed = await register([missing], { folder, connectionId: strict.id });
  expect(claimed).toMatchObject({ status: 'succeeded', counts: { added: 1 } });
});

test('the command line registers a file, and shows what failed', async () => {
  const folder = nextFolder();
  const environment = { MOORING_URL: mooring.url, MOORING_TOKEN: mooring.token, HOME: mooring.dataDir };
  const stdin = [`${host.base}cli.txt`, `${host.base}none.txt`].join('\n');
  const args = ['register', '-', '--folder', folder, '--ignore-errors', '--json'];
  const ran = await startCli(args, environment, stdin).end();
  const registered = JSON.parse(ran.stdout);
  expect(registered).toMatchObject({ status: 'succeeded', counts: { done: 1, error: 1 } });
  expect(await assetsIn(folder)).toHaveLength(1);
  const table = await startCli(['operation', 'show', registered.id, '--csv'], environment).end();
  expect(table.stdout).toMatch(/^item,code,message,fix,at\r\n"line 2: [^"]*none\.txt","storage_not_found"/);
  const retried = await startCli(['operation', 'retry', registered.id, '--json'], environment).end();
  const again = await client.watchOperation(JSON.parse(retried.stdout).id);
  expect(again).toMatchObject({ status: 'succeeded', total: 1, counts: { done: 0, error: 1 } });
});

/** Of one worker, at its peak; a worker that does nothing has some 200 MB. */
const MOST_WORKER_KB = 600_000;

test('hostile lists end with a clear error, and take little memory', async () => {
  const megabytes = (count: number, text: string) => text.repeat((count * 1_048_576) / text.length);
  const url = 'https://a.example/a.jpg';
  const deep = `${'['.repeat(200_000)}${']'.repeat(200_000)}`;
  const lists: [list: string | Uint8Array<ArrayBuffer>, says: string][] = [
    [new Uint8Array(gzipSync(`[${megabytes(60, '        ')}`)), 'A list of assets becomes at most 200 times'],
    [`https://a.example/${megabytes(20, 'aaaaaaaa')}`, 'Found a line of more than 65536 bytes'],
    [
      `{"images":[{"objectUrl":"${url}","title":"${megabytes(20, 'aaaaaaaa')}"}]}`,
      'more than 16777216 bytes',
    ],
    [`[{"url":"${url}","clientMetadata":${deep}}]`, '200001 objects and lists inside each other'],
    ['['.repeat(1_000_000), 'The file ends inside the list'],
  ];
  for (const [list, says] of lists) {
    const { id } = await client.register(list, { folder: nextFolder() });
    const ended = await client.watchOperation(id);
    expect(ended).toMatchObject({ status: 'failed', problem: { fix: expect.stringMatching(/\.$/) } });
    const messages = [ended.problem!.detail, ...(await errorsOf(ended)).map(({ message }) => message)];
    expect(messages.join(' ')).toContain(says);
  }
  for (const pid of mooring.workerPids()) {
    const peak = /VmHWM:\s+(\d+) kB/.exec(await readFile(`/proc/${pid}/status`, 'utf8'))![1];
    expect(Number(peak)).toBeLessThan(MOST_WORKER_KB);
  }
});

test('no test has opened a socket to the client-only host', () => {
  expect([secluded.sockets, secluded.requests]).toEqual([0, []]);
});

test('no signature was printed', () => {
  expect(mooring.logs()).not.toContain('topsecret');
});
