import { type ChildProcess, execFile, spawn } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { chown, mkdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { freePort } from '@mooring/emulators';
import pg from 'pg';
import { temporaryDirectory } from './temporary.ts';
import { until } from './wait.ts';

const PROGRAMS = '/usr/lib/postgresql/15/bin';

/** A database server as a team would run one: Debian's PostgreSQL 15, over TCP, with a password. */
export async function startPostgres15() {
  const directory = await temporaryDirectory('postgres-15');
  const data = join(directory.path, 'data');
  const passwordFile = join(directory.path, 'password');
  const password = randomBytes(18).toString('base64url');
  const account = await unprivileged();
  await mkdir(data, { mode: 0o700 });
  await writeFile(passwordFile, password);
  if (account) for (const path of [data, passwordFile]) await chown(path, account.uid, account.gid);

  const spawning = { cwd: data, env: { LC_ALL: 'C.UTF-8' }, ...account };
  const auth = ['--auth=scram-sha-256', `--pwfile=${passwordFile}`, '--username=mooring'];
  await promisify(execFile)(join(PROGRAMS, 'initdb'), ['-D', data, '--no-sync', ...auth], spawning);
  const port = await freePort();
  const settings = {
    listen_addresses: '127.0.0.1',
    unix_socket_directories: '',
    port: String(port),
    fsync: 'off',
  };
  const args = Object.entries(settings).flatMap(([name, value]) => ['-c', `${name}=${value}`]);
  const start = () =>
    spawn(join(PROGRAMS, 'postgres'), ['-D', data, ...args], { ...spawning, stdio: 'ignore' });
  let server = start();
  const urlOf = (database: string) => `postgres://mooring:${password}@127.0.0.1:${port}/${database}`;

  const query = async (sql: string): Promise<void> => {
    const client = new pg.Client({ connectionString: urlOf('postgres') });
    client.on('error', () => {}); // connect or query throws it
    await client.connect();
    await client.query(sql);
    await client.end();
  };
  const answers = () => query('select 1').then(() => true);
  await until('the start of PostgreSQL 15', () =>
    answers().catch(error => {
      if (server.exitCode !== null) throw error;
      return false;
    }),
  );

  return {
    password,
    pid: () => server.pid!,
    /** Starts it again after it was killed; it refuses for as long as processes of the old one live. */
    async restart(): Promise<void> {
      await ended(server);
      await until('that PostgreSQL 15 is back', () => {
        if (server.exitCode !== null || server.signalCode !== null) server = start();
        return answers().catch(() => false);
      });
    },
    /** Makes an empty database; its URL. */
    async createDatabase(name: string): Promise<string> {
      await query(`create database ${name}`);
      return urlOf(name);
    },
    async stop(): Promise<void> {
      server.kill('SIGINT');
      await ended(server);
      await directory.remove();
    },
  };
}
export type Postgres15 = Awaited<ReturnType<typeof startPostgres15>>;

async function ended(child: ChildProcess): Promise<void> {
  if (child.exitCode === null && child.signalCode === null) await once(child, 'exit');
}

/** PostgreSQL refuses to run as root; Debian's package comes with an account for it. Null: we are not root. */
async function unprivileged(): Promise<{ uid: number; gid: number } | null> {
  if (process.getuid?.() !== 0) return null;
  const [, uid, gid] = /^postgres:[^:]*:(\d+):(\d+):/m.exec(await readFile('/etc/passwd', 'utf8')) ?? [];
  return { uid: Number(uid), gid: Number(gid) };
}
