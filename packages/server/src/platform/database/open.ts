import type pg from 'pg';
import type { Logger } from 'pino';
import { openEmbedded } from './embedded.ts';
import { openExternal } from './external.ts';

/** A PostgreSQL server to use, our own or another's. */
export interface DatabaseServer {
  poolConfig: pg.PoolConfig;
  /** Such as `18.4`. */
  version: string;
  /** Call it once every pool is ended. Ends our own server, unless another Mooring process is using it. */
  stop(): Promise<void>;
}

/**
 * Opens the database of the installation: the server that `databaseUrl` names, or without one PostgreSQL in the
 * data directory.
 *
 * @throws MooringError `unavailable`, saying why it cannot be used and what to do
 */
export const openDatabase = ({
  databaseUrl,
  dataDir,
  log,
}: {
  databaseUrl: string | null;
  dataDir: string;
  log: Logger;
}): Promise<DatabaseServer> =>
  databaseUrl === null ? openEmbedded({ dataDir, log }) : openExternal({ databaseUrl, log });
