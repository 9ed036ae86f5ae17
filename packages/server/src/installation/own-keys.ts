import { createGuard, type KeyStore } from '@mooring/storage/server';
import type { Db } from '../catalogue/db.ts';
import type { Schema } from '../catalogue/schema.ts';
import { refuseOtherKeys } from '../keys/key-check.ts';
import { STORAGE_KINDS } from '../kinds.ts';
import { Cleanup } from '../platform/cleanup.ts';
import type { Config } from '../platform/config.ts';
import { openDatabase } from '../platform/database/open.ts';
import { createDb, createPool } from '../platform/database/pool.ts';
import { findExistingKeys, findKeys } from '../platform/found-keys.ts';
import { createKeyRing } from '../platform/key-ring.ts';
import { openKeyStore } from '../platform/kinds.ts';
import type { Logger } from '../platform/log.ts';

export const CONNECTIONS_PER_PROCESS = 10;
export const OWN_DOMAINS = STORAGE_KINDS.flatMap(({ domains }) => domains);

/** The keys of this process. Throws as `refuseOtherKeys`, before the tables of another installation are changed. */
export async function openKeys(db: Db, config: Config, store: KeyStore | null) {
  const found = await findKeys(config, store);
  await refuseOtherKeys(db, found);
  return { found, ring: createKeyRing(found) };
}

/** The service that keeps the secret keys, if one is set. Its address is the operator's own, so it may be a private one. */
export function openOwnKeyStore(config: Config) {
  const guard = createGuard({ allowPrivate: true, httpsProxy: config.httpsProxy, ownDomains: OWN_DOMAINS });
  return {
    store: openKeyStore(STORAGE_KINDS, { config: { ...config }, guard }),
    [Symbol.asyncDispose]: () => guard.close(),
  };
}

/** For commands that need no key: where there is one, it has to be the one of this database. */
export async function openPoolWithOwnKey(config: Config, log: Logger) {
  await using cleanup = new Cleanup();
  const database = cleanup.use(await openPool(config, log));
  await using own = openOwnKeyStore(config);
  const found = await findExistingKeys(config, own.store);
  if (found) await refuseOtherKeys(createDb<Schema>(database.pool), found);
  cleanup.move();
  return { ...database, keys: found?.keys ?? null };
}

export async function openPool({ databaseUrl, dataDir }: Config, log: Logger) {
  const database = await openDatabase({ databaseUrl, dataDir, log });
  const pool = createPool(database.poolConfig, { max: CONNECTIONS_PER_PROCESS });
  return {
    pool,
    poolConfig: database.poolConfig,
    async [Symbol.asyncDispose]() {
      await pool.end();
      await database.stop();
    },
  };
}
