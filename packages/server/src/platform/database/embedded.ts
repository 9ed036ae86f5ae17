import { mkdir } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import type pg from 'pg';
import type { Logger } from 'pino';
import { MooringError } from '../problem.ts';
import { type Account, unprivilegedAccount } from './account.ts';
import { adoptOrStart, isEnding, takesConnections } from './adopt-or-start.ts';
import { embeddedBinaries } from './binaries.ts';
import { type Cluster, connectionTo, initialise, stop } from './cluster.ts';
import { databaseDirectory, inspectDataDirectory } from './data-directory.ts';
import type { DatabaseServer } from './open.ts';
import { startFailure } from './start-failure.ts';

const COPIES_AS_ROOT = '/var/cache/mooring';
// Sorts by code point on every machine, and knows upper and lower case in every language.
const LOCALE = ['--locale-provider=builtin', '--builtin-locale=C.UTF-8', '--locale=C', '--wal-segsize=64'];
const SETTINGS = {
  shared_buffers: '512MB',
  wal_init_zero: 'off',
  wal_buffers: '64MB',
  min_wal_size: '512MB',
  max_wal_size: '2GB',
  log_checkpoints: 'off',
  // The log names errors, never the values of a row or a statement.
  log_error_verbosity: 'terse',
  log_min_error_statement: 'panic',
  // After a crash it makes sure first that all files are on the disk: with one call, not file after file for seconds.
  ...(process.platform === 'linux' && { recovery_init_sync_method: 'syncfs' }),
};

// Every process that uses the server holds this lock with the others; who gets it alone may end the server.
const IN_USE = '1297044051, 1';
const NOT_WRITABLE = ['EACCES', 'EPERM', 'EROFS', 'ENOTDIR', 'EEXIST'];
const FIRST_RETRY_MS = 100;
const LONGEST_RETRY_MS = 10_000;

/**
 * Opens the database in the data directory, on a server that all Mooring processes of this machine share: the first
 * starts it, the last to stop ends it, and when one is killed the next finds it running. A server that dies while it
 * is in use is started again.
 *
 * @throws MooringError `unavailable`
 */
export async function openEmbedded({
  dataDir,
  log,
}: {
  dataDir: string;
  log: Logger;
}): Promise<DatabaseServer> {
  const cluster = await prepare(resolve(dataDir));
  const stopping = new AbortController();
  let presence: pg.Client | null = null;
  let entering = enter();
  const version = await entering;

  async function enter(): Promise<string> {
    for (;;) {
      const client = await adoptOrStart(cluster, SETTINGS, log);
      try {
        await client.query(`select pg_advisory_lock_shared(${IN_USE})`);
        // A server that is ending takes the lock from the process that ends it, and may grant it before it ends the
        // others.
        if (!(await takesConnections(cluster))) {
          await client.end();
          continue;
        }
        const { rows } = await client.query<{ server_version: string }>('show server_version');
        client.once('end', onEnd);
        presence = client;
        return rows[0]!.server_version;
      } catch (error) {
        if (!isEnding(error)) throw error;
      }
    }
  }

  function onEnd(): void {
    presence = null;
    if (stopping.signal.aborted) return;
    log.warn('the embedded database ended while in use');
    entering = enterAgain();
  }

  async function enterAgain(): Promise<string> {
    for (let wait = FIRST_RETRY_MS; ; wait = Math.min(wait * 2, LONGEST_RETRY_MS)) {
      try {
        return await enter();
      } catch (error) {
        log.error({ err: error }, 'cannot start the embedded database again; trying again');
        if (stopping.signal.aborted) return version;
        await pause(wait, undefined, { signal: stopping.signal }).catch(() => {}); // stopping
      }
    }
  }

  return {
    poolConfig: { ...connectionTo(cluster), application_name: 'mooring' },
    version,
    async stop() {
      stopping.abort();
      await entering;
      if (presence) await leave(presence, cluster);
    },
  };
}

/** Ends the server unless another process is using it. One that comes meanwhile waits, and then starts it again. */
async function leave(presence: pg.Client, cluster: Cluster): Promise<void> {
  try {
    await presence.query(`select pg_advisory_unlock_shared(${IN_USE})`);
    const { rows } = await presence.query<{ alone: boolean }>(
      `select pg_try_advisory_lock(${IN_USE}) as alone`,
    );
    if (rows[0]!.alone) await stop(cluster.directory);
  } catch (error) {
    if (!isEnding(error)) throw error;
  } finally {
    await presence.end();
  }
}

/** Makes what is not there yet: the data directory, with the database in it. */
async function prepare(dataDir: string): Promise<Cluster> {
  try {
    await mkdir(dataDir, { recursive: true, mode: 0o700 });
    const directory = databaseDirectory(dataDir);
    const owner = await inspectDataDirectory(directory);
    const account = accountFor(owner);
    const binDirectory = await embeddedBinaries(account, account ? COPIES_AS_ROOT : dataDir);
    const cluster = { binDirectory, directory, account, logFile: join(dataDir, 'postgres.log') };
    if (!owner) await make(cluster);
    return cluster;
  } catch (error) {
    if (!NOT_WRITABLE.includes((error as NodeJS.ErrnoException).code ?? '')) throw error;
    throw new MooringError(
      'unavailable',
      `Mooring cannot write its data to ${dataDir}: ${(error as Error).message}`,
      {
        fix: 'Let the user that runs Mooring write there, or choose another directory with MOORING_DATA_DIR.',
        cause: error,
      },
    );
  }
}

/** The account that the server runs as: the owner of the data. Null: our own. */
function accountFor(owner: { uid: number; gid: number } | null): Account | null {
  if (process.getuid?.() !== 0) return null;
  return owner ? { name: `the user with id ${owner.uid}`, ...owner } : unprivilegedAccount();
}

async function make(cluster: Cluster): Promise<void> {
  try {
    await initialise(cluster, LOCALE);
  } catch (error) {
    const { stderr, message } = error as Error & { stderr?: string };
    throw await startFailure(cluster, stderr || message, error);
  }
}
