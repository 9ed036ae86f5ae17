import { access, chmod, mkdtemp, readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Migration } from 'kysely/migration';
import { pino } from 'pino';
import { unprivilegedAccount } from './account.ts';
import { adoptOrStart } from './adopt-or-start.ts';
import { embeddedBinaries } from './binaries.ts';
import { type Cluster, connectionTo, initialise, stop } from './cluster.ts';
import { migrateToLatest } from './migrate.ts';
import { createDb, createPool } from './pool.ts';
import { isAlive } from './server-pid.ts';
import type { TestServer } from './testing.ts';

export const DEBIAN_15 = '/usr/lib/postgresql/15/bin';
const TEMPLATE = 'mooring_template';
const PREFIX = 'mooring-test-';
// What the tests need not survive is a power cut.
const FAST = { fsync: 'off', synchronous_commit: 'off', full_page_writes: 'off', max_connections: '200' };

// The embedded server compares text by code point; servers of customers compare it by language.
const EMBEDDED_LOCALE = ['--locale-provider=builtin', '--builtin-locale=C.UTF-8', '--locale=C'];
const DEBIAN_LOCALE = ['--locale-provider=icu', '--icu-locale=en-US', '--locale=C.UTF-8'];

/** Starts the servers that the suites run on, with a migrated template database each. `stop` leaves nothing behind. */
export async function startTestServers(migrations: Record<string, Migration>) {
  await removeAbandoned();
  // Below it, the account of the servers must be able to pass.
  const directory = await mkdtemp(join(tmpdir(), `${PREFIX}${process.pid}-`));
  await chmod(directory, 0o755);
  const account = unprivilegedAccount();
  const cluster = (name: string, binDirectory: string): Cluster => ({
    binDirectory,
    account,
    directory: join(directory, name),
    logFile: join(directory, `${name}.log`),
  });
  const embedded = cluster('embedded-18', await embeddedBinaries(account, join(directory, 'programs')));
  const debian = cluster('debian-15', await debianBinaries());
  const servers = await Promise.all([
    startTestServer('embedded-18', embedded, EMBEDDED_LOCALE, migrations),
    startTestServer('debian-15', debian, DEBIAN_LOCALE, migrations),
  ]);
  return {
    servers,
    async stop(): Promise<void> {
      await Promise.all([stop(embedded.directory), stop(debian.directory)]);
      await rm(directory, { recursive: true, force: true });
    },
  };
}

async function startTestServer(
  name: TestServer['name'],
  cluster: Cluster,
  locale: string[],
  migrations: Record<string, Migration>,
): Promise<TestServer> {
  await initialise(cluster, ['--no-sync', ...locale]);
  const client = await adoptOrStart(cluster, FAST, pino({ level: 'silent' }));
  await client.query(`create database ${TEMPLATE}`);
  await client.end();
  const poolConfig = connectionTo(cluster);
  const pool = createPool({ ...poolConfig, database: TEMPLATE }, { max: 1 });
  await migrateToLatest(createDb(pool), migrations);
  await pool.end();
  return { name, poolConfig, template: TEMPLATE };
}

async function debianBinaries(): Promise<string> {
  await access(join(DEBIAN_15, 'postgres')).catch(cause => {
    const fix = 'Install it: apt-get install postgresql-15 (it need not run).';
    throw new Error(`The tests need PostgreSQL 15, and there is none in ${DEBIAN_15}. ${fix}`, { cause });
  });
  return DEBIAN_15;
}

/** Ends the servers of test runs that were killed, and removes their directories. */
async function removeAbandoned(): Promise<void> {
  for (const name of await readdir(tmpdir())) {
    const pid = Number(name.match(`^${PREFIX}([0-9]+)-`)?.[1]);
    if (!pid || isAlive(pid)) continue;
    const directory = join(tmpdir(), name);
    for (const server of ['embedded-18', 'debian-15']) await stop(join(directory, server));
    await rm(directory, { recursive: true, force: true });
  }
}
