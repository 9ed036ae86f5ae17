import { existsSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Asset, CheckRun, Connection, Operation, Source } from '@mooring/contract';
import { type Storage, startStorage } from '@mooring/emulators';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { type Cli, createCli, type StartedCli } from '../support/cli.ts';
import { createPlainClient, type PlainClient } from '../support/plain-client.ts';
import { type Postgres15, startPostgres15 } from '../support/postgres15.ts';
import { type Serve, startServe } from '../support/serve.ts';
import { counts } from '../support/sync.ts';
import { temporaryDirectory } from '../support/temporary.ts';
import { until } from '../support/wait.ts';

interface Transferred {
  tables: { name: string; rows: number }[];
  secretKeyIds: string[];
}

let storage: Storage;
let plain: PlainClient;
let postgres: Postgres15;
let home: Awaited<ReturnType<typeof temporaryDirectory>>;
let cli: Cli;
let serve: Serve;
let url: string;
let settings: string[];
/** The database and the key of the team's servers and workers. */
let team: { DATABASE_URL: string; MOORING_SECRET_KEY: string };
/** What the whole installation held before it was moved. */
let before: { connections: Connection[]; sources: Source[]; assets: Asset[]; operations: Operation[] };

beforeAll(async () => {
  storage = await startStorage();
  for (const key of ['a/1.txt', 'a/2.txt', 'b #?.txt', 'ü/😀.txt']) await storage.put({ key, body: key });
  plain = createPlainClient(storage.certificates.ca);
  postgres = await startPostgres15();
  home = await temporaryDirectory('home');
  cli = createCli(home.path, { NODE_EXTRA_CA_CERTS: storage.certificates.caFile });
  settings = [`--azure-authority-host=${storage.authorityHost}`, '--allow-private-endpoints=true'];
});
afterAll(async () => {
  await serve?.stop();
  await plain?.close();
  await postgres?.stop();
  await storage?.stop();
  await home?.remove();
});

const dataDir = (name: string) => join(home.path, name);
const exported = (name: string) => join(home.path, `${name}.export`);
const atPort = () => `--port=${new URL(url).port}`;

async function snapshot(): Promise<typeof before> {
  return {
    connections: await cli.json(['connection', 'list']),
    sources: await cli.json(['source', 'list']),
    assets: await cli.json(['asset', 'list', '--status', 'any', '--limit', '1000']),
    operations: await cli.json(['operation', 'list', '--limit', '1000']),
  };
}

/**
 * Waits until so many probes have succeeded. A probe begins by itself after a sync that added assets; what is
 * compared later must stand still.
 */
const untilProbed = (probes: number) =>
  until('the probe', async () => {
    const operations = await cli.json<Operation[]>(['operation', 'list', '--status', 'succeeded']);
    return operations.filter(({ kind }) => kind === 'probe').length === probes;
  });

/** Everything is as it was, and the credentials open: checks pass, URLs load, and a sync finds nothing to do. */
async function expectMoved(): Promise<void> {
  expect(await snapshot()).toEqual(before);
  for (const { name } of before.connections)
    expect((await cli.json<CheckRun>(['connection', 'check', name])).status).toBe('healthy');
  for (const { id, key } of before.assets.filter(({ status }) => status === 'present')) {
    const signed = await cli.run(['asset', 'url', id]);
    expect((await plain.get(signed.stdout.trim())).body.toString()).toBe(key);
  }
  const [synced] = await cli.json<Operation[]>(['sync', 'by app']);
  expect(synced!.counts).toEqual(counts({ listed: 3, unchanged: 3 }));
}

test('an installation with its own database: connections, assets, a tombstone', async () => {
  serve = await startServe(cli, [...settings, '--port=0', `--data-dir=${dataDir('first')}`]);
  url = serve.url;
  await storage.allowOrigins([url]);
  await cli.json(['sign-in', serve.signInLink!]);
  const place = [`--account=${storage.account.name}`, `--endpoint=${storage.endpoint}`, '--container=media'];
  const ids = [`--tenant-id=${storage.app.tenantId}`, `--client-id=${storage.app.clientId}`];
  const env = { MOORING_CLIENT_SECRET: storage.app.clientSecret };
  await cli.json(['connection', 'add', ...place, ...ids, '--name=by app'], { env });
  const sas = { MOORING_SAS_TOKEN: storage.sas() };
  await cli.json(['connection', 'add', ...place, '--name=by SAS'], { env: sas });
  for (const name of ['by app', 'by SAS']) await cli.json(['connection', 'check', name]);
  await cli.json(['sync', 'by app']);
  await untilProbed(1);
  await storage.remove('a/2.txt');
  const [second] = await cli.json<Operation[]>(['sync', 'by app']);
  expect(second!.counts).toEqual(counts({ listed: 3, unchanged: 3, removed: 1 }));
});

test('is exported while it runs', async () => {
  before = await snapshot();
  const file = exported('first');
  const args = ['export', file, `--data-dir=${dataDir('first')}`];
  const { tables, secretKeyIds } = await cli.json<Transferred>(args);
  const rows = Object.fromEntries(tables.map(({ name, rows: number }) => [name, number]));
  expect(rows).toMatchObject({
    connections: 2,
    assets: before.assets.length,
    operations: before.operations.length,
  });
  expect(secretKeyIds).toHaveLength(1);

  const again = await cli.run(args);
  expect(again).toMatchObject({ code: 1, stdout: '' });
  expect(again.stderr).toMatch(/^✗ \S+ exists already\.\n {2}Fix: /m);
  await serve.stop();
});

test('migrate brings an empty database up to date, once', async () => {
  const env = { DATABASE_URL: await postgres.createDatabase('empty') };
  const first = await cli.json<{ migrations: string[] }>(['migrate'], { env });
  expect(first.migrations).toContain('0001_foundation');
  expect(await cli.json(['migrate'], { env })).toEqual({ migrations: [] });
  expect((await cli.run(['migrate'], { env })).stdout).toBe('The database is up to date.\n');
});

test('is imported into PostgreSQL 15, and works there, to the same assets and tokens', async () => {
  team = {
    DATABASE_URL: await postgres.createDatabase('mooring'),
    MOORING_SECRET_KEY: (await readFile(join(dataDir('first'), 'secret.key'), 'utf8')).trim(),
  };
  const { stdout, stderr, code } = await cli.run(['import', exported('first')], { env: team });
  expect({ code, stderr }).toMatchObject({ code: 0 });
  expect(stdout).toMatch(/^TABLE +ROWS\n/);
  expect(stdout).toMatch(new RegExp(`^assets +${before.assets.length}$`, 'm'));
  const twice = await cli.run(['import', exported('first')], { env: team });
  expect(twice).toMatchObject({ code: 1, stdout: '' });

  serve = await startServe(cli, [...settings, atPort()], team);
  expect(serve.signInLink).toBeNull();
  await expectMoved();
  await serve.stop();
});

test('a second machine without the key is refused, server and worker, and leaves no key file', async () => {
  serve = await startServe(cli, [...settings, atPort(), '--local-workers=0'], team);
  const env = { DATABASE_URL: team.DATABASE_URL };
  const here = [...settings, '--port=0', `--data-dir=${dataDir('other')}`];
  for (const command of ['serve', 'worker']) {
    const { code, stdout, stderr } = await cli.run([command, ...here], { env });
    expect({ code, stdout }).toEqual({ code: 1, stdout: '' });
    expect(stderr).toMatch(
      /^✗ This process has the secret key [0-9a-f]{8} from \S+\/other\/secret\.key, a file that it made just now/m,
    );
    expect(stderr).toMatch(/^ {2}Fix: .*MOORING_SECRET_KEY .*\/other\/secret\.key, with mode 600/m);
    expect(existsSync(join(dataDir('other'), 'secret.key'))).toBe(false);
  }
  const other = { ...team, MOORING_SECRET_KEY: Buffer.alloc(32, 7).toString('base64') };
  const commands = [
    ['serve', ...here],
    ['worker', ...here],
    ['export', exported('other')],
    ['migrate'],
    ['sign-in-link'],
  ];
  for (const command of commands) {
    const { code, stderr } = await cli.run(command, { env: other });
    expect(code, command[0]).toBe(1);
    expect(stderr).toMatch(/^✗ This process has the secret key [0-9a-f]{8} from MOORING_SECRET_KEY\. /m);
  }
  expect(existsSync(exported('other'))).toBe(false);

  const second = await startServe(cli, [...here, '--local-workers=0'], team);
  await second.stop();
  await serve.stop();
});

test('a worker of its own does the work of a server that has none', async () => {
  serve = await startServe(cli, [...settings, atPort(), '--local-workers=0'], team);
  const [queued] = await cli.json<Operation[]>(['sync', 'by app', '--no-wait']);
  expect(queued).toMatchObject({ status: 'queued' });

  let worker: StartedCli | null = null;
  try {
    const waiting = cli.json<Operation[]>(['sync', 'by SAS']);
    await until('that both are queued', async () => {
      const found = await cli.json<Operation[]>(['operation', 'list', '--status', 'queued']);
      return found.length === 2;
    });
    worker = cli.start(['worker', ...settings], { env: team });
    const [done] = await waiting;
    expect(done).toMatchObject({ status: 'succeeded', counts: counts({ listed: 3, added: 3 }) });
    const other = await until('the other sync', async () => {
      const found = await cli.json<Operation>(['operation', 'show', queued!.id]);
      return found.finishedAt !== null && found;
    });
    expect(other).toMatchObject({ status: 'succeeded', attempts: 1 });
    await untilProbed(2);
  } finally {
    worker?.signal('SIGTERM');
  }
  expect(await worker.end()).toMatchObject({ code: 0, stdout: '' });
});

test('is moved back into a database of its own, by export and import', async () => {
  before = await snapshot();
  const env = { MOORING_SECRET_KEY: team.MOORING_SECRET_KEY };
  await cli.json(['export', exported('second')], { env: team });
  await serve.stop();
  await cli.json(['import', exported('second'), `--data-dir=${dataDir('second')}`]);
  serve = await startServe(cli, [...settings, atPort(), `--data-dir=${dataDir('second')}`], env);
  await expectMoved();
});
