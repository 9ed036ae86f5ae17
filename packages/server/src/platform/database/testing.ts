import { randomBytes } from 'node:crypto';
import pg from 'pg';
import { inject } from 'vitest';
import { createDb, createPool } from './pool.ts';

/** A PostgreSQL server that the run of the tests started. */
export interface TestServer {
  name: 'embedded-18' | 'debian-15';
  poolConfig: pg.PoolConfig;
  /** The database that migrated test databases are copies of. */
  template: string;
}

declare module 'vitest' {
  interface ProvidedContext {
    testServers: TestServer[];
  }
}

/** Every server that a suite about the database runs on: `describe.each(testServers)('… on $name', server => …)`. */
export const testServers: readonly TestServer[] = inject('testServers');

/** A new database on a server: with Mooring's tables, or empty with `migrated: false`. Drop it in `afterAll`. */
export async function createTestDatabase<S>(
  server: TestServer,
  { migrated = true }: { migrated?: boolean } = {},
) {
  const name = `test_${randomBytes(8).toString('hex')}`;
  await onServer(server, `create database ${name} template ${migrated ? server.template : 'template0'}`);
  const poolConfig: pg.PoolConfig = { ...server.poolConfig, database: name };
  const pool = createPool(poolConfig, { max: 10 });
  return {
    poolConfig,
    pool,
    db: createDb<S>(pool),
    async drop(): Promise<void> {
      if (!pool.ended) await pool.end();
      await onServer(server, `drop database ${name} with (force)`);
    },
  };
}
export type TestDatabase<S> = Awaited<ReturnType<typeof createTestDatabase<S>>>;

async function onServer(server: TestServer, statement: string): Promise<void> {
  const client = new pg.Client(server.poolConfig);
  await client.connect();
  try {
    await client.query(statement);
  } finally {
    await client.end();
  }
}
