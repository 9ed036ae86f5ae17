import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { syncCountsOf } from '@mooring/contract';
import { createAdminToken, startInstallation, watchMemory } from '@mooring/emulators';
import { createClient } from '@mooring/sdk';
import pg from 'pg';
import { SAS } from './sas.ts';

/** Starts an installation of its own with its embedded database, to be measured from outside. */
export async function startMooring() {
  const directory = await mkdtemp(join(tmpdir(), 'mooring-bench-'));
  const installation = await startInstallation({
    env: process.env,
    dataDir: join(directory, 'data'),
    settings: {
      MOORING_STORAGE_NETWORKS: '127.0.0.0/8,::1',
      MOORING_SIGN_IN_NETWORKS: '127.0.0.0/8,::1',
      MOORING_LOG_LEVEL: 'warn',
    },
  });
  const { url } = installation;
  const token = await createAdminToken(installation.signInLink!);
  const client = createClient({ baseUrl: url, token });
  const database = new pg.Client({
    host: join(directory, 'data', 'postgres'),
    user: 'mooring',
    database: 'postgres',
  });
  await database.connect();
  const watched = watchMemory(installation.process.pid!);

  return {
    client,
    url,
    /** Of an administrator. */
    token,
    /** Into the installation's own database. */
    database,

    /** A source of the container `media`. */
    async addSource(endpoint: string, sasToken = SAS): Promise<string> {
      const { id: connectionId } = await client.call('createConnection', {
        body: {
          name: 'Benchmark',
          location: { endpoint, account: 'acme', container: 'media' },
          credential: { kind: 'azure-sas', sasToken },
        },
      });
      return (await client.call('createSource', { body: { connectionId, probes: false } })).id;
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
      const operation = await client.watchOperation(id);
      const { status, durationMs, problem } = operation;
      const counts = syncCountsOf(operation);
      if (status !== 'succeeded' || !counts || durationMs === null)
        throw new Error(`The sync ended as ${status}: ${problem?.detail}\n${installation.logs()}`);
      return { counts, seconds: durationMs / 1000 };
    },

    /** The most that our processes had in memory together so far, in megabytes; without the database. */
    peakMegabytes: watched.peak,
    /** The same from now on. */
    watchMemory: () => watchMemory(installation.process.pid!),

    async stop(): Promise<void> {
      watched.stop();
      await database.end();
      await installation.stop();
      await rm(directory, { recursive: true, force: true });
    },
  };
}
