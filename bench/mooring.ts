import { mkdtemp, readdir, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createAdminToken, startInstallation } from '@mooring/emulators';
import { createClient } from '@mooring/sdk';
import pg from 'pg';
import { SAS } from './sas.ts';

/** Starts an installation of its own with its embedded database, to be measured from outside. */
export async function startMooring() {
  const directory = await mkdtemp(join(tmpdir(), 'mooring-bench-'));
  const installation = await startInstallation({
    env: process.env,
    dataDir: join(directory, 'data'),
    settings: { MOORING_ALLOW_PRIVATE_ENDPOINTS: 'true', MOORING_LOG_LEVEL: 'warn' },
  });
  const client = createClient({
    baseUrl: installation.url,
    token: await createAdminToken(installation.signInLink!),
  });
  const database = new pg.Client({
    host: join(directory, 'data', 'postgres'),
    user: 'mooring',
    database: 'postgres',
  });
  await database.connect();
  const watched = watchMemory(installation.process.pid!);

  return {
    client,
    /** Into the installation's own database. */
    database,

    /** A source of the container `media`. */
    async addSource(endpoint: string): Promise<string> {
      const { id: connectionId } = await client.call('createConnection', {
        body: {
          name: 'Benchmark',
          location: { endpoint, account: 'acme', container: 'media' },
          credential: { kind: 'azure-sas', sasToken: SAS },
        },
      });
      return (await client.call('createSource', { body: { connectionId } })).id;
    },

    /**
     * Syncs, or only looks what a sync would do.
     * @throws Error where it does not succeed
     */
    async sync(sourceId: string, { dryRun = false } = {}) {
      const { id } = await client.call('syncSource', {
        params: { sourceId },
        body: dryRun ? { dryRun } : {},
      });
      const { status, counts, durationMs, problem } = await client.watchOperation(id);
      if (status !== 'succeeded' || !counts || durationMs === null)
        throw new Error(`The sync ended as ${status}: ${problem?.detail}\n${installation.logs()}`);
      return { counts, seconds: durationMs / 1000 };
    },

    /** The sum of what each process of ours used at most so far, in megabytes; without the database. */
    peakMegabytes: watched.sum,

    async stop(): Promise<void> {
      watched.stop();
      await database.end();
      await installation.stop();
      await rm(directory, { recursive: true, force: true });
    },
  };
}

const LOOK_EVERY_MS = 200;

/** Watches the peak memory of a process and those that it starts, but for the database (Linux). */
function watchMemory(root: number) {
  const peaks = new Map<number, number>();
  const look = async (): Promise<void> => {
    for (const pid of await processesUnder(root)) {
      const status = await readFile(`/proc/${pid}/status`, 'utf8').catch(() => ''); // it has just ended
      const peak = Number(/VmHWM:\s+(\d+) kB/.exec(status)?.[1] ?? 0) / 1024;
      if (!/^Name:\s+postgres$/m.test(status)) peaks.set(pid, Math.max(peaks.get(pid) ?? 0, peak));
    }
  };
  const timer = setInterval(look, LOOK_EVERY_MS);
  return {
    async sum(): Promise<number> {
      await look();
      return [...peaks.values()].reduce((total, peak) => total + peak, 0);
    },
    stop: () => clearInterval(timer),
  };
}

async function processesUnder(root: number): Promise<number[]> {
  const parents = new Map<number, number>();
  for (const name of await readdir('/proc')) {
    if (!/^\d+$/.test(name)) continue;
    const stat = await readFile(`/proc/${name}/stat`, 'utf8').catch(() => '');
    parents.set(Number(name), Number(/^\d+ \(.*\) \S (\d+)/s.exec(stat)?.[1] ?? 0));
  }
  const isUnder = (pid: number): boolean => pid === root || (parents.has(pid) && isUnder(parents.get(pid)!));
  return [...parents.keys()].filter(isUnder);
}
