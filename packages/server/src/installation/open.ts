import { createProber } from '@mooring/probe/node';
import { NETWORK_SETTINGS, type Purpose } from '@mooring/storage/networks';
import { systemClock as clock, createGuard } from '@mooring/storage/server';
import { createCatalogue } from '../catalogue/catalogue.ts';
import { migrations } from '../catalogue/migrations/index.ts';
import type { Schema } from '../catalogue/schema.ts';
import { createConnections } from '../connections/connections.ts';
import { proveKeys } from '../keys/key-check.ts';
import { createKeyHolder } from '../keys/key-holders.ts';
import { watchKeys } from '../keys/watch-keys.ts';
import { STORAGE_KINDS } from '../kinds.ts';
import { createOperations } from '../operations/operations.ts';
import { Cleanup } from '../platform/cleanup.ts';
import type { Config } from '../platform/config.ts';
import { migrateToLatest } from '../platform/database/migrate.ts';
import { createDb, createPool } from '../platform/database/pool.ts';
import { openKinds } from '../platform/kinds.ts';
import type { Logger } from '../platform/log.ts';
import { createSecretBox } from '../platform/secrets.ts';
import { createSession } from '../platform/session.ts';
import { CONNECTIONS_PER_PROCESS, OWN_DOMAINS, openKeys, openOwnKeyStore, openPool } from './own-keys.ts';

const PRIVATE_DEPRECATED = `MOORING_ALLOW_PRIVATE_ENDPOINTS is deprecated: it allows all private networks for every purpose. Name the networks in ${Object.values(NETWORK_SETTINGS).join(', ')} instead.`;

/** What servers and workers have in common. Disposing of it closes everything, the database last. */
export async function openInstallation(
  config: Config,
  log: Logger,
  limits: { queryTimeoutSeconds?: number } = {},
) {
  await using cleanup = new Cleanup();
  const database = cleanup.use(await openPool(config, log)); // whose queries may take long: migrations
  const { poolConfig } = database;
  const firstDb = createDb<Schema>(database.pool);
  const { store } = cleanup.use(openOwnKeyStore(config));
  const { found, ring } = await openKeys(firstDb, config, store);
  await migrateToLatest(firstDb, migrations);
  const holder = createKeyHolder(ring);
  await holder.report(firstDb);
  cleanup.defer(() => holder.end(firstDb));
  await ring.refresh(); // a key that was put there before others could know of this process
  const { ownership: ownershipKeys } = await proveKeys({ db: firstDb, found, ring, clock });
  const pool = createPool(poolConfig, { max: CONNECTIONS_PER_PROCESS, ...limits });
  cleanup.defer(() => pool.end());
  const db = createDb<Schema>(pool);
  const session = createSession({ poolConfig, log });
  cleanup.defer(() => session.stop());
  const keyWatch = watchKeys({ db, session, ring, holder, log });
  cleanup.defer(() => keyWatch.stop());
  const secrets = createSecretBox(ring);
  const openGuard = (purpose: Purpose, networks: readonly string[]) => {
    const opened = createGuard({
      purpose,
      allowPrivate: config.allowPrivateEndpoints || networks,
      httpsProxy: config.httpsProxy,
      ownDomains: OWN_DOMAINS,
      onRefusal: ({ host, address }) => log.warn({ host, address, purpose }, 'an address was refused'),
    });
    cleanup.defer(() => opened.close());
    return opened;
  };
  if (config.allowPrivateEndpoints) log.warn(PRIVATE_DEPRECATED);
  const guard = openGuard('storage', config.storageNetworks);
  const webhookGuard = openGuard('webhooks', config.webhookNetworks);
  const signInGuard = openGuard('sign-in', config.signInNetworks);
  const toolGuard = openGuard('tools', config.toolNetworks);
  const prober = createProber();
  cleanup.defer(() => prober.close());
  const operations = createOperations({ db, session, clock });
  const catalogue = createCatalogue({ db, clock });
  const kinds = await openKinds(STORAGE_KINDS, {
    ...{ config: { ...config }, guard, signInGuard, clock },
    note: (error, message) => log.warn({ err: error }, message),
  });
  const connections = createConnections({
    ...{ db, secrets, ring, ownershipKeys, clock, operations, session, guard, kinds, log },
    checkTimeoutSeconds: config.checkTimeoutSeconds,
  });
  cleanup.defer(() => connections.close());
  const resources = cleanup.move();
  return {
    ...{
      db,
      pool,
      poolConfig,
      session,
      ring,
      secrets,
      guard,
      webhookGuard,
      toolGuard,
      kinds,
      operations,
      catalogue,
      connections,
      prober,
    },
    [Symbol.asyncDispose]: () => resources.disposeAsync(),
  };
}
