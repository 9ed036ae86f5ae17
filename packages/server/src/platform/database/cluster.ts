import { execFile, spawn } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { chown, type FileHandle, mkdir, open, readdir, readFile, rename, rm } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { promisify } from 'node:util';
import type pg from 'pg';
import type { Account } from './account.ts';
import { isAlive, isServerOf, serverPid } from './server-pid.ts';
import { socketDirectory } from './socket-directory.ts';

const run = promisify(execFile);
const POLL_MS = 10;
const LARGEST_LOG_BYTES = 10_000_000;
const STOP_WITHIN_MS = 60_000;

/** A PostgreSQL data directory of ours, and the programs that serve it. The server's socket is in it too. */
export interface Cluster {
  binDirectory: string;
  directory: string;
  logFile: string;
  account: Account | null;
}

/** What the superuser of every cluster of ours is called. */
const SUPERUSER = 'mooring';

/** How to connect to the server of a cluster. Nothing but its socket leads there, and its directory guards that. */
export const connectionTo = (cluster: Cluster): pg.ClientConfig => ({
  host: socketDirectory(cluster.directory),
  port: 5432,
  user: SUPERUSER,
  database: 'postgres',
});

/**
 * Makes the data directory. It appears complete or not at all, so that racing or killed initialisers never leave
 * half of one; when another was faster, theirs stays.
 */
export async function initialise(cluster: Cluster, options: readonly string[]): Promise<void> {
  await removeAbandoned(cluster);
  const directory = `${cluster.directory}.new-${process.pid}-${randomBytes(4).toString('hex')}`;
  try {
    await mkdir(directory, { mode: 0o700 });
    if (cluster.account) await chown(directory, cluster.account.uid, cluster.account.gid);
    const where = within({ ...cluster, directory });
    const auth = ['--auth-local=trust', '--auth-host=reject'];
    const program = join(cluster.binDirectory, 'initdb');
    const fixed = ['-D', where.path, '-U', SUPERUSER, '--encoding=UTF8', '--no-instructions'];
    await run(program, [...fixed, ...auth, ...options], where.spawning);
    await rename(directory, cluster.directory).catch(error => {
      if (error.code !== 'ENOTEMPTY' && error.code !== 'EEXIST') throw error;
    });
  } finally {
    await rm(directory, { recursive: true, force: true });
  }
}

/** Removes what initialisers left that were killed. */
async function removeAbandoned(cluster: Cluster): Promise<void> {
  const parent = dirname(cluster.directory);
  const prefix = `${basename(cluster.directory)}.new-`;
  for (const name of await readdir(parent)) {
    if (!name.startsWith(prefix)) continue;
    const pid = Number(name.slice(prefix.length).split('-')[0]);
    if (!isAlive(pid)) await rm(join(parent, name), { recursive: true, force: true });
  }
}

/** A server that this process has started. */
export interface Started {
  hasEnded(): boolean;
  /** The last lines that it wrote to the log. */
  said(): Promise<string>;
}

/** Starts the server of a cluster. It goes on when this process ends. */
export async function start(cluster: Cluster, settings: Record<string, string>): Promise<Started> {
  const where = within(cluster);
  const all = {
    ...settings,
    listen_addresses: '',
    unix_socket_directories: '.',
    log_line_prefix: '%m [%p] ',
  };
  const args = Object.entries(all).flatMap(([name, value]) => ['-c', `${name}=${value}`]);
  const { log, size } = await openLog(cluster.logFile);
  try {
    const child = spawn(join(cluster.binDirectory, 'postgres'), ['-D', where.path, ...args], {
      ...where.spawning,
      detached: true,
      stdio: ['ignore', log.fd, log.fd],
    });
    child.unref();
    await once(child, 'spawn');
    return {
      hasEnded: () => child.exitCode !== null || child.signalCode !== null,
      said: () => readLog(cluster.logFile, size, child.pid!),
    };
  } finally {
    await log.close();
  }
}

/** Goes on with the log, or begins it anew once it is large. */
async function openLog(path: string): Promise<{ log: FileHandle; size: number }> {
  const log = await open(path, 'a', 0o600);
  const { size } = await log.stat();
  if (size <= LARGEST_LOG_BYTES) return { log, size };
  await log.truncate();
  return { log, size: 0 };
}

/** The last lines after the first `skip` bytes, without those of other processes. */
async function readLog(path: string, skip: number, pid: number): Promise<string> {
  const lines = (await readFile(path)).subarray(skip).toString().split('\n');
  const ours = lines.filter(line => (line.match(/\[(\d+)\]/)?.[1] ?? String(pid)) === String(pid));
  return ours.slice(-20).join('\n');
}

/** Ends the server of a data directory, disconnecting all clients, and waits until it has ended. */
export async function stop(directory: string): Promise<void> {
  const pid = await serverPid(directory);
  if (pid === null || !(await isServerOf(directory, pid))) return;
  process.kill(pid, 'SIGINT');
  const deadline = Date.now() + STOP_WITHIN_MS;
  while (await isServerOf(directory, pid)) {
    if (Date.now() > deadline)
      throw new Error(`the database server ${pid} did not end in ${STOP_WITHIN_MS} ms`);
    await pause(POLL_MS);
  }
}

/**
 * How to run a program on the data directory. As root we enter it before giving up our rights, and the program
 * knows it as its working directory: it then need not be able to pass the directories above, such as a home that
 * only root may enter.
 */
function within({ directory, account }: Cluster) {
  const env = { LC_ALL: 'C', TZ: 'UTC' };
  if (!account) return { path: directory, spawning: { env, cwd: directory } };
  const path = process.platform === 'linux' ? '/proc/self/cwd' : directory;
  return { path, spawning: { env, cwd: directory, uid: account.uid, gid: account.gid } };
}
