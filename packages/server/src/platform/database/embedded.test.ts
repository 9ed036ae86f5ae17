import { type ChildProcess, execFile, spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { chmod, chown, mkdir, mkdtemp, readdir, rm, stat, utimes, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { promisify } from 'node:util';
import pg from 'pg';
import { pino } from 'pino';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test, vi } from 'vitest';
import { unprivilegedAccount } from './account.ts';
import { initialise, stop } from './cluster.ts';
import { type DatabaseServer, openDatabase } from './open.ts';
import { isAlive, isServerOf, serverPid } from './server-pid.ts';
import { startFailure } from './start-failure.ts';

import { DEBIAN_15 } from './testing-setup.ts';

vi.setConfig({ testTimeout: 300_000 }); // many servers start, on disks that may be slow

const log = pino({ level: 'silent' });
const run = promisify(execFile);
const OPEN_SCRIPT = new URL('./testing-open.ts', import.meta.url).pathname;
const isRoot = process.getuid?.() === 0;
// Containers are usually not allowed to.
const canMount =
  isRoot && spawnSync('unshare', ['--mount', 'mount', '-t', 'tmpfs', 'tmpfs', '/mnt']).status === 0;
let home: string;
let dataDir: string;
let directory: string;
let children: ChildProcess[];

// A database to start with, so that not every test has to make one.
let prepared: string;
beforeAll(async () => {
  prepared = await mkdtemp(join(tmpdir(), 'mooring-prepared-'));
  await (await openDatabase({ databaseUrl: null, dataDir: prepared, log })).stop();
});
afterAll(() => rm(prepared, { recursive: true }));
const copyPrepared = () => run('cp', ['-Rp', prepared, dataDir]);

beforeEach(async () => {
  home = await mkdtemp(join(tmpdir(), 'mooring-embedded-')); // only its owner may enter it
  dataDir = join(home, 'data');
  directory = join(dataDir, 'postgres');
  children = [];
});

afterEach(async () => {
  for (const child of children) child.kill('SIGKILL');
  await stop(directory);
  await rm(home, { recursive: true, force: true });
});

const open = () => openDatabase({ databaseUrl: null, dataDir, log });

/** Opens the database in another process. `stop` waits until that has stopped. */
async function openElsewhere(): Promise<{ child: ChildProcess; stop(): Promise<void> }> {
  const child = spawn(process.execPath, [OPEN_SCRIPT, dataDir], { stdio: ['pipe', 'pipe', 'inherit'] });
  children.push(child);
  const [line] = await once(createInterface(child.stdout!), 'line');
  expect(line).toBe('open');
  return {
    child,
    async stop() {
      const exit = once(child, 'exit');
      child.stdin!.end();
      expect(await exit).toEqual([0, null]);
    },
  };
}

async function query(database: DatabaseServer, text: string): Promise<unknown[]> {
  const client = new pg.Client(database.poolConfig);
  await client.connect();
  try {
    return (await client.query(text)).rows;
  } finally {
    await client.end();
  }
}

const refusal = async (): Promise<unknown> => {
  const database = await open().catch(error => error);
  if ('stop' in database) await database.stop();
  return database;
};

describe('the server', () => {
  test('starts, and starts again with what was written', async () => {
    const first = await open();
    expect(first.version).toMatch(/^18\./);
    await query(first, `create table kept as select 'été' as word`);
    const pid = (await serverPid(directory))!;
    await first.stop();
    expect(await isServerOf(directory, pid)).toBe(false);
    expect(await serverPid(directory)).toBe(null);
    expect((await readdir(dataDir)).sort()).toEqual(['postgres', 'postgres.log']);

    const again = await open();
    expect(await query(again, 'select upper(word) as word from kept')).toEqual([{ word: 'ÉTÉ' }]);
    await again.stop();
  });

  test('is shared, and ends with the last that uses it', async () => {
    await copyPrepared();
    const starter = await open();
    const pid = (await serverPid(directory))!;
    const elsewhere = await openElsewhere();
    const third = await open();
    await starter.stop();
    await third.stop();
    expect(await serverPid(directory)).toBe(pid);
    expect(await isServerOf(directory, pid)).toBe(true);
    await elsewhere.stop();
    expect(await isServerOf(directory, pid)).toBe(false);
  });

  test('is started once by processes that race for it', async () => {
    const three = await Promise.all([openElsewhere(), openElsewhere(), openElsewhere()]);
    expect((await readdir(dataDir)).sort()).toEqual(['postgres', 'postgres.log']);
    const pid = (await serverPid(directory))!;
    await Promise.all(three.map(one => one.stop()));
    expect(await isServerOf(directory, pid)).toBe(false);

    const again = await Promise.all([openElsewhere(), openElsewhere(), openElsewhere()]);
    await Promise.all(again.map(one => one.stop()));
    expect(await serverPid(directory)).toBe(null);
  });

  test('is there for everyone while others come and go', async () => {
    await copyPrepared();
    const rounds = Array.from({ length: 4 }, async () => {
      for (let i = 0; i < 6; i++) {
        const database = await open();
        expect(await query(database, 'select 1 as one')).toEqual([{ one: 1 }]);
        await database.stop();
      }
    });
    await Promise.all(rounds);
    expect(await serverPid(directory)).toBe(null);
  });

  test('that a killed process left behind is found and used, and ends with the last one that uses it', async () => {
    await copyPrepared();
    const killed = await openElsewhere();
    const pid = (await serverPid(directory))!;
    killed.child.kill('SIGKILL');
    await once(killed.child, 'exit');
    expect(await isServerOf(directory, pid)).toBe(true);

    const next = await open();
    expect(await serverPid(directory)).toBe(pid);
    await next.stop();
    expect(await isServerOf(directory, pid)).toBe(false);
  });

  test('that is killed while in use comes back with what was committed', async () => {
    await copyPrepared();
    const database = await open();
    await query(database, `create table kept as select 1 as one`);
    const pid = (await serverPid(directory))!;
    process.kill(pid, 'SIGKILL');
    await expect.poll(() => query(database, 'select * from kept').catch(String)).toEqual([{ one: 1 }]);
    expect(await serverPid(directory)).not.toBe(pid);
    await database.stop();
    expect(await serverPid(directory)).toBe(null);
  });
});

describe('what a server that is gone left behind', () => {
  test.each(['a process that has ended', 'another process by now'])('its id is that of %s', async whose => {
    await copyPrepared();
    const account = unprivilegedAccount();
    const as = account ? { uid: account.uid, gid: account.gid } : {};
    const other = spawn('sleep', ['60'], { ...as, cwd: '/' });
    children.push(other);
    if (whose === 'a process that has ended') {
      other.kill();
      await once(other, 'exit');
    }
    for (const name of ['postmaster.pid', '.s.PGSQL.5432.lock']) {
      await writeFile(
        join(directory, name),
        `${other.pid}\n${directory}\n1700000000\n5432\n.\n\n  16039949 9\nready   \n`,
      );
    }
    await writeFile(join(directory, '.s.PGSQL.5432'), '');
    const database = await open();
    expect(await serverPid(directory)).not.toBe(other.pid);
    expect(isAlive(other.pid!)).toBe(whose === 'another process by now');
    await database.stop();
  });

  test('its id, never written', async () => {
    await copyPrepared();
    for (const name of ['postmaster.pid', '.s.PGSQL.5432.lock']) {
      await writeFile(join(directory, name), '');
      await utimes(join(directory, name), 1_700_000_000, 1_700_000_000);
    }
    await (await open()).stop();
  });

  test('a data directory that was half made', async () => {
    const ended = spawn('true');
    await once(ended, 'exit');
    await mkdir(join(dataDir, `postgres.new-${ended.pid}-1234`), { recursive: true });
    await writeFile(join(dataDir, `postgres.new-${ended.pid}-1234`, 'PG_VERSION'), '18\n');
    await (await open()).stop();
    expect((await readdir(dataDir)).sort()).toEqual(['postgres', 'postgres.log']);
  });
});

describe('where it lies', () => {
  test('a path too long for a socket', async () => {
    dataDir = join(dataDir, 'long'.repeat(30));
    directory = join(dataDir, 'postgres');
    const [here, elsewhere] = await Promise.all([open(), openElsewhere()]);
    expect(await query(here, 'select 1 as one')).toEqual([{ one: 1 }]);
    expect(String(here.poolConfig.host).length).toBeLessThan(90);
    await elsewhere.stop();
    await here.stop();
    await rm(String(here.poolConfig.host));
  });

  test('an empty directory that is there already', async () => {
    await mkdir(directory, { recursive: true });
    await (await open()).stop();
    expect((await readdir(dataDir)).sort()).toEqual(['postgres', 'postgres.log']);
  });

  test.runIf(isRoot)('a home that only root may enter, served by another account', async () => {
    await mkdir(dataDir, { mode: 0o700 });
    const database = await open();
    expect((await stat(home)).mode & 0o777).toBe(0o700);
    expect([(await stat(dataDir)).mode & 0o777, (await stat(dataDir)).uid]).toEqual([0o700, 0]);
    const { uid } = unprivilegedAccount()!;
    expect([(await stat(directory)).mode & 0o777, (await stat(directory)).uid]).toEqual([0o700, uid]);
    expect((await stat(`/proc/${await serverPid(directory)}`)).uid).toBe(uid);
    await database.stop();
  });

  test('a file instead of a directory', async () => {
    await writeFile(dataDir, '');
    expect(await refusal()).toMatchObject({
      code: 'unavailable',
      message: expect.stringMatching(`^Mooring cannot write its data to ${dataDir}: EEXIST`),
      fix: expect.stringContaining('MOORING_DATA_DIR'),
    });
    await rm(dataDir);
  });
});

describe('a data directory that cannot be served', () => {
  const give = async () => {
    const account = unprivilegedAccount();
    if (account) await chown(directory, account.uid, account.gid);
  };

  test('of another version', async () => {
    const account = unprivilegedAccount();
    await chmod(home, 0o755); // PostgreSQL 15 has to find its way
    await mkdir(dataDir);
    await initialise({ binDirectory: DEBIAN_15, directory, account, logFile: '' }, ['--no-sync']);
    const before = await readdir(directory);
    expect(await refusal()).toMatchObject({
      code: 'unavailable',
      message: `${directory} was made by PostgreSQL 15, and this Mooring contains PostgreSQL 18.`,
      fix: expect.stringMatching(/mooring export .* mooring import/),
    });
    expect(await readdir(directory)).toEqual(before);
  });

  test('that is something else', async () => {
    await mkdir(directory, { recursive: true });
    await give();
    await writeFile(join(directory, 'holiday.jpg'), '');
    expect(await refusal()).toMatchObject({
      code: 'unavailable',
      message: `${directory} exists and is not a database: it has no file PG_VERSION.`,
    });
    expect(await readdir(directory)).toEqual(['holiday.jpg']);
  });

  test('that is damaged', async () => {
    await copyPrepared();
    await rm(join(directory, 'global', 'pg_control'));
    expect(await refusal()).toMatchObject({
      code: 'unavailable',
      message: expect.stringMatching(
        `^The embedded database in ${directory} is damaged. It said: could not find the database system$`,
      ),
      fix: expect.stringContaining('mooring import'),
    });
  });

  test.runIf(isRoot)('that root copied', async () => {
    await copyPrepared();
    await chown(directory, 0, 0);
    expect(await refusal()).toMatchObject({
      message: `${directory} belongs to root, and PostgreSQL does not run as root.`,
      fix: `Change its owner: chown -R postgres ${directory}`,
    });
  });
});

describe('a full disk', () => {
  test('at the first start', async () => {
    // The limit on the size of files, which needs no rights, stops the server as the end of the disk does.
    const script = `ulimit -f 4096; exec "$0" "$@"`;
    const child = spawn('sh', ['-c', script, process.execPath, OPEN_SCRIPT, dataDir], {
      stdio: ['pipe', 'pipe', 'inherit'],
    });
    children.push(child);
    const [line] = await once(createInterface(child.stdout!), 'line');
    expect(JSON.parse(line)).toEqual({
      message: expect.stringMatching(
        `^The disk of ${directory} is full \\(\\d+ MB free\\).*It said: .*File too large`,
      ),
      fix: expect.stringMatching(/^Free space there/),
    });
    expect(await readdir(dataDir)).toEqual([]);
    await (await open()).stop();
  });

  test('so full that the server cannot even say so', async () => {
    const cluster = { binDirectory: '', directory: '/proc/postgres', logFile: '', account: null };
    expect(await startFailure(cluster, '')).toMatchObject({
      message: 'The disk of /proc/postgres is full (0 MB free), so the embedded database cannot start.',
    });
  });

  test.runIf(canMount)('and then room again, on a disk of its own', async () => {
    await mkdir(dataDir);
    await run('mount', ['-t', 'tmpfs', '-o', 'size=200m,mode=700', 'tmpfs', dataDir]);
    try {
      const database = await open();
      await query(database, 'create table kept as select 1 as one');
      await database.stop();
      await run('sh', ['-c', `cat /dev/zero > ${dataDir}/filler || true`]);
      expect(await refusal()).toMatchObject({
        code: 'unavailable',
        message: expect.stringMatching(`^The disk of ${directory} is full \\(0 MB free\\)`),
      });
      await rm(join(dataDir, 'filler'));
      const again = await open();
      expect(await query(again, 'select * from kept')).toEqual([{ one: 1 }]);
      await again.stop();
    } finally {
      await stop(directory);
      await run('umount', [dataDir]);
    }
  });
});
