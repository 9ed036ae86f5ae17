import pg from 'pg';
import { connectToEmbedded, embeddedPid } from './embedded-database.ts';
import type { Mooring } from './mooring.ts';
import { startPostgres15 } from './postgres15.ts';

/** The database of an installation, whose processes can be killed. */
export interface KillableDatabase {
  /** Of the installation. */
  settings: Record<string, string>;
  /** The server's process id; null while none runs. */
  pid(mooring: Mooring): Promise<number | null>;
  /** What its owner does after it was killed. */
  revive(): Promise<void>;
  connect(mooring: Mooring): Promise<pg.Client>;
  stop(): Promise<void>;
}

/** The one that an installation brings. Those that use it start it again. */
export const embeddedDatabase = async (): Promise<KillableDatabase> => ({
  settings: {},
  pid: ({ dataDir }) => embeddedPid(dataDir),
  revive: async () => {},
  connect: ({ dataDir }) => connectToEmbedded(dataDir),
  stop: async () => {},
});

/** One of PostgreSQL 15 that a team runs. */
export async function externalDatabase(): Promise<KillableDatabase> {
  const server = await startPostgres15();
  const url = await server.createDatabase('mooring');
  return {
    settings: { DATABASE_URL: url },
    pid: async () => server.pid(),
    revive: server.restart,
    async connect() {
      const client = new pg.Client({ connectionString: url });
      await client.connect();
      return client;
    },
    stop: server.stop,
  };
}
