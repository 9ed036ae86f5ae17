import { mkdtemp, readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { signInCode } from '@mooring/contract';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import type { Schema } from './catalogue/schema.ts';
import { createSignInLink, exportTo, importFrom, loadConfig, migrate, type Serving, serve } from './main.ts';
import { openProcess } from './operations/testing-process.ts';
import { createTestDatabase, type TestDatabase, testServers } from './platform/database/testing.ts';
import { createLogger } from './platform/log.ts';

describe('a server with a worker beside it', () => {
  let database: TestDatabase<Schema>;
  let dataDir: string;
  const lines: string[] = [];
  const log = createLogger({ level: 'info', destination: { write: line => lines.push(line) } });
  const workerPids = () =>
    lines.map(line => JSON.parse(line)).filter(({ msg }) => msg === 'started a worker process');
  const configFor = ({ poolConfig }: TestDatabase<Schema>, settings: Record<string, string> = {}) => {
    const { host, user, database: name } = poolConfig;
    const env = {
      MOORING_DATA_DIR: dataDir,
      MOORING_PORT: '0',
      MOORING_LOG_LEVEL: 'error',
      DATABASE_URL: `postgres://${user}@localhost/${name}?host=${host}`,
      ...settings,
    };
    return loadConfig({ env });
  };
  const serveHere = (settings: Record<string, string> = {}): Promise<Serving> =>
    serve(configFor(database, settings), log);

  beforeEach(async () => {
    database = await createTestDatabase(testServers[0]!);
    dataDir = await mkdtemp(join(tmpdir(), 'mooring-main-'));
    lines.length = 0;
  });
  afterEach(async () => {
    await database.drop();
    await rm(dataDir, { recursive: true });
  });

  test('answers, runs operations although the worker is killed, and leaves nothing behind', async () => {
    const serving = await serveHere();
    expect(await (await fetch(`${serving.url}/health`)).json()).toMatchObject({ status: 'ok' });
    expect(signInCode(serving.signInLink!.url)).not.toBeNull();

    const own = await openProcess(database.poolConfig);
    const { id: workspaceId } = await own.db.selectFrom('workspaces').select('id').executeTakeFirstOrThrow();
    const run = async (id: string) => {
      const subject = { type: 'connection', id } as const;
      const operation = await own.operations.start(workspaceId, {
        kind: 'remove-connection',
        subject,
        unit: 'assets',
      });
      const states = own.operations.watch(workspaceId, operation.id, AbortSignal.timeout(170_000));
      return (await Array.fromAsync(states)).at(-1)?.status;
    };
    expect(await run('con_1')).toBe('succeeded');
    process.kill(workerPids()[0].childPid, 'SIGKILL');
    expect(await run('con_2')).toBe('succeeded');
    await own.close();

    await serving.stop();
    expect(workerPids()).toHaveLength(2);
    for (const { childPid } of workerPids()) expect(() => process.kill(childPid, 0)).toThrow('ESRCH');
    await expect(fetch(`${serving.url}/health`)).rejects.toThrow();
  });

  test('says what is wrong with the address, and closes what it had opened', async () => {
    const first = await serveHere({ MOORING_LOCAL_WORKERS: '0' });
    const { port } = new URL(first.url);
    const second = serveHere({ MOORING_PORT: port, MOORING_LOCAL_WORKERS: '0' });
    await expect(second).rejects.toMatchObject({
      code: 'unavailable',
      message: expect.stringContaining(port),
    });
    await first.stop();
    const connected = async () => {
      const { rows } = await database.pool.query(
        `select application_name from pg_stat_activity where datname = $1 and pid <> pg_backend_pid()
         and application_name like 'mooring%'`,
        [database.poolConfig.database],
      );
      return rows;
    };
    // PostgreSQL ends a session a moment after its connection is closed.
    await expect.poll(connected, { timeout: 30_000 }).toEqual([]);
  });

  test('refuses a directory that holds no web app', async () => {
    const serving = serveHere({ MOORING_WEB_DIR: dataDir });
    await expect(serving).rejects.toMatchObject({
      code: 'unavailable',
      message: expect.stringContaining(dataDir),
    });
  });

  test('makes no sign-in link where there is no installation, and no installation either', async () => {
    const log = createLogger({ level: 'silent', destination: { write: () => {} } });
    const elsewhere = loadConfig({ env: { MOORING_DATA_DIR: dataDir } });
    await expect(createSignInLink(elsewhere, log, 'https://mooring.example')).rejects.toMatchObject({
      code: 'unavailable',
      message: expect.stringContaining(`expected a database in ${join(dataDir, 'postgres')}`),
      fix: expect.stringContaining('MOORING_DATA_DIR'),
    });
    expect(await readdir(dataDir)).toEqual([]);
    const empty = await createTestDatabase<Schema>(testServers[0]!, { migrated: false });
    const link = createSignInLink(configFor(empty), log, 'https://mooring.example');
    await expect(link).rejects.toThrow('expected the tables of Mooring');
    await empty.drop();
  });

  test('moves to another database, and signs in the person who runs it', async () => {
    const key = { MOORING_SECRET_KEY: Buffer.alloc(32, 7).toString('base64') };
    const link = await createSignInLink(configFor(database, key), log, 'https://mooring.example');
    const file = join(dataDir, 'export');
    const exported = await exportTo(configFor(database, key), log, file);
    const target = await createTestDatabase<Schema>(testServers[1]!, { migrated: false });
    expect(await importFrom(configFor(target, key), log, file)).toEqual(exported);
    expect(await migrate(configFor(target, key), log)).toEqual([]);

    const serving = await serve(configFor(target, { ...key, MOORING_LOCAL_WORKERS: '0' }), log);
    const answer = await fetch(`${serving.url}/v1/sessions`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ code: signInCode(link.url) }),
    });
    expect(await answer.json()).toMatchObject({ role: 'administrator' });
    await serving.stop();
    await target.drop();
  });
});
