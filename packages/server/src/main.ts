import { existsSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import type { AddressInfo } from 'node:net';
import { hostname } from 'node:os';
import { extname, join } from 'node:path';
import type { Readable, Writable } from 'node:stream';
import { fileURLToPath } from 'node:url';
import type { OperationKind, SignInLink } from '@mooring/contract';
import { createProber } from '@mooring/probe/node';
import { NETWORK_SETTINGS, type Purpose } from '@mooring/storage/networks';
import { systemClock as clock, createGuard, type KeyStore } from '@mooring/storage/server';
import { sql } from 'kysely';
import { createAccess } from './access/access.ts';
import { createAudit } from './audit/audit.ts';
import { OPERATOR } from './audit/entry.ts';
import { buildBitmaps } from './catalogue/build-bitmaps.ts';
import { createCatalogue } from './catalogue/catalogue.ts';
import type { Db } from './catalogue/db.ts';
import { judgeSources } from './catalogue/judge-sources.ts';
import { migrations } from './catalogue/migrations/index.ts';
import { settleQuotas } from './catalogue/quota.ts';
import type { Schema } from './catalogue/schema.ts';
import { createConnections } from './connections/connections.ts';
import { createDelivery } from './delivery/delivery.ts';
import { createIssuedUrls } from './delivery/issued-urls.ts';
import { keepSignature } from './keys/import-check.ts';
import { proveKeys, refuseOtherKeys } from './keys/key-check.ts';
import { createKeyHolder } from './keys/key-holders.ts';
import { type KeyRotation, rotateKeys } from './keys/rotate-keys.ts';
import { watchKeys } from './keys/watch-keys.ts';
import { STORAGE_KINDS } from './kinds.ts';
import { createPageMemory } from './listing/page-memory.ts';
import { DROP_FORMER_QUEUE, dropFormerQueue } from './operations/former-queue.ts';
import type { OperationHandler } from './operations/handler.ts';
import { createOperations } from './operations/operations.ts';
import { startSchedule } from './operations/scheduled-tasks.ts';
import { startWorker } from './operations/worker.ts';
import type { Config } from './platform/config.ts';
import { refuseEmptyDatabase, refuseMissingDatabase } from './platform/database/existing-installation.ts';
import { migrateToLatest } from './platform/database/migrate.ts';
import { openDatabase } from './platform/database/open.ts';
import { createDb, createPool } from './platform/database/pool.ts';
import { exportInstallation, importInstallation, type Transferred } from './platform/database/transfer.ts';
import { findExistingKeys, findKeys } from './platform/found-keys.ts';
import { createKeyRing } from './platform/key-ring.ts';
import { openKeyStore, openKinds, pureKinds } from './platform/kinds.ts';
import type { Logger } from './platform/log.ts';
import { MooringError } from './platform/problem.ts';
import { createSecretBox, deriveKeys } from './platform/secrets.ts';
import { createSession } from './platform/session.ts';
import { startDueProbes } from './probe/due-probes.ts';
import { createMedia } from './probe/media.ts';
import { createProbeHandler } from './probe/probe-operation.ts';
import type { Running } from './processes/lifetime.ts';
import { supervise } from './processes/supervise.ts';
import { createSyncAssistance } from './sync/assist-sync.ts';
import { startChangeConsumer } from './sync/changes/consume.ts';
import { createFeeds } from './sync/changes/feeds.ts';
import { pruneChangeMarks } from './sync/changes/inbox.ts';
import { startDueSyncs } from './sync/due-syncs.ts';
import { createInventoryHandler } from './sync/inventory/inventory.ts';
import { createRemoveConnectionHandler } from './sync/remove-connection.ts';
import { createRemoveSourceHandler } from './sync/remove-source.ts';
import { createSyncHandler } from './sync/sync-operation.ts';
import { openThumbnails } from './thumbnails/open.ts';
import { startWebhookSender } from './webhooks/sender.ts';
import { createWebhooks } from './webhooks/webhooks.ts';

export { ConfigError, describeConfig, loadConfig } from './platform/config.ts';
export { createLogger } from './platform/log.ts';
export { logCrashes, stopWhenAsked } from './processes/lifetime.ts';

const CONNECTIONS_PER_PROCESS = 10;
const MEGABYTE = 1024 * 1024;
/** Two, because one may be waiting for an answer that never comes. */
const HEALTH_CONNECTIONS = 2;
/** Where the web app of the repository is built into. */
const WEB_APP = fileURLToPath(new URL('../../web/dist', import.meta.url));
const WORKER_PROCESS = new URL(`./worker-process${extname(import.meta.url)}`, import.meta.url);

const OWN_DOMAINS = STORAGE_KINDS.flatMap(({ domains }) => domains);
const PRIVATE_DEPRECATED = `MOORING_ALLOW_PRIVATE_ENDPOINTS is deprecated: it allows all private networks for every purpose. Name the networks in ${Object.values(NETWORK_SETTINGS).join(', ')} instead.`;

export interface Serving extends Running {
  /** Where this server answers, without a trailing slash. */
  url: string;
  /** The administrator's link. Null after the first sign-in. */
  signInLink: SignInLink | null;
}

/**
 * Runs a server, with `localWorkers` worker processes beside it.
 * @throws MooringError `unavailable` where the database cannot be used or the address cannot be listened on
 */
export async function serve(config: Config, log: Logger): Promise<Serving> {
  await using cleanup = new AsyncDisposableStack();
  const { queryTimeoutSeconds } = config;
  const installation = cleanup.use(await openInstallation(config, log, { queryTimeoutSeconds }));
  const { db, poolConfig, ring, kinds, connections, catalogue } = installation;
  const healthPool = createPool(poolConfig, { max: HEALTH_CONNECTIONS, queryTimeoutSeconds });
  cleanup.defer(() => healthPool.end());
  const access = createAccess({ db, clock, kinds });
  const audit = createAudit({ db, clock });
  const feeds = createFeeds({ db, connections, kinds, clock });
  const media = createMedia({ ...installation, clock });
  const delivery = createDelivery({
    catalogue,
    connections,
    clock,
    issued: createIssuedUrls({ db, clock }),
    reads: audit.reads,
    relayKeys: () => deriveKeys(ring, 'relay'),
    signWindowSeconds: config.signWindowSeconds,
    limits: config,
  });
  const thumbnails = openThumbnails(config, installation, log);
  cleanup.defer(() => thumbnails.close());
  const webhooks = createWebhooks({ ...installation, guard: installation.webhookGuard, clock });
  const { createHttpServer } = await import('./http/server.ts'); // which workers do without
  const app = await createHttpServer(
    {
      ...installation,
      healthDb: createDb<Schema>(healthPool),
      access,
      audit,
      delivery,
      feeds,
      media,
      thumbnails,
      webhooks,
      clock,
      log,
      version: await productVersion(),
    },
    {
      publicUrl: config.publicUrl,
      webDir: findWebApp(config.webDir),
      corsOrigins: config.corsOrigins,
      plainHttp: installation.guard.allowPrivate,
      limits: config,
    },
  );
  cleanup.defer(() => app.close());
  await app.listen({ host: config.host, port: config.port }).catch(error => {
    throw cannotListen(config, error);
  });
  const { port } = app.server.address() as AddressInfo;
  const url = config.publicUrl ?? localUrl(config.host, port);
  const signInLink = await access.ensureFirstRun(url);
  const workers = supervise({ count: config.localWorkers, entry: WORKER_PROCESS, message: config, log });
  cleanup.defer(() => workers.stop());
  log.info({ url, workers: config.localWorkers }, 'serving');
  const resources = cleanup.move();
  return { url, signInLink, stop: () => resources.disposeAsync() };
}

/** Runs a worker: takes up operations until it is stopped. Throws as `serve` does. */
export async function work(config: Config, log: Logger): Promise<Running> {
  await using cleanup = new AsyncDisposableStack();
  const installation = cleanup.use(await openInstallation(config, log));
  const { db, kinds, catalogue, connections } = installation;
  const memory = createPageMemory({
    most: config.listingMemoryMb * MEGABYTE,
    mostPerWorkspace: config.listingMemoryPerWorkspaceMb * MEGABYTE,
  });
  const handlers: { [K in OperationKind]: OperationHandler<K> } = {
    sync: createSyncHandler({ ...installation, clock, log, memory }),
    inventory: createInventoryHandler({ db, catalogue, connections, kinds, clock, limits: config }),
    probe: createProbeHandler({ ...installation, clock }),
    'remove-source': createRemoveSourceHandler({ db }),
    'remove-connection': createRemoveConnectionHandler({ db }),
  };
  const worker = startWorker({
    ...installation,
    handlers: Object.values(handlers),
    assistances: [createSyncAssistance({ ...installation, clock, log, memory })],
    clock,
    log,
    workerId: `${hostname()}-${process.pid}`,
  });
  cleanup.defer(() => worker.stop());
  const consumer = startChangeConsumer({ ...installation, clock, log });
  cleanup.defer(() => consumer.stop());
  const guard = installation.webhookGuard;
  const sender = startWebhookSender({ ...installation, guard, clock, log });
  cleanup.defer(() => sender.stop());
  const webhooks = createWebhooks({ ...installation, guard, clock });
  const issuedUrls = createIssuedUrls({ db, clock });
  const audit = createAudit({ db, clock });
  const publicOrigin = config.publicUrl && new URL(config.publicUrl).origin;
  const schedule = startSchedule({
    ...installation,
    log,
    tasks: [
      {
        name: 'start due syncs',
        everySeconds: 5,
        run: async () => void (await startDueSyncs({ ...installation, clock })),
      },
      {
        name: 'start due probes',
        everySeconds: 2,
        run: async () => void (await startDueProbes(installation)),
      },
      {
        name: 'check connections again',
        everySeconds: 5,
        run: signal => connections.recheckDue(publicOrigin, signal),
      },
      { name: 'judge assets', everySeconds: 2, run: signal => judgeSources(db, signal) },
      { name: 'build bitmaps', everySeconds: 2, run: signal => buildBitmaps(db, signal) },
      { name: 'settle quotas', everySeconds: 5, run: signal => settleQuotas(db, signal) },
      { name: 'notice expiries', everySeconds: 600, run: connections.noticeExpiries },
      { name: 'prune issued URLs', everySeconds: 60, run: issuedUrls.prune },
      { name: 'prune change marks', everySeconds: 3600, run: () => pruneChangeMarks(db, clock.now()) },
      { name: 'settle audit', everySeconds: 300, run: audit.settle },
      { name: 'prune audit', everySeconds: 86_400, run: audit.prune },
      { name: 'prune webhook deliveries', everySeconds: 3600, run: webhooks.prune },
      { name: DROP_FORMER_QUEUE, everySeconds: 86_400, run: () => dropFormerQueue(db) },
    ],
  });
  cleanup.defer(() => schedule.stop());
  log.info('waiting for operations');
  const resources = cleanup.move();
  return { stop: () => resources.disposeAsync() };
}

/**
 * A link that signs in as the administrator, for the person who runs the installation and cannot sign in any more.
 * @param baseUrl what browsers reach the installation under, without a trailing slash
 */
export async function createSignInLink(config: Config, log: Logger, baseUrl: string): Promise<SignInLink> {
  await refuseMissingDatabase(config);
  await using database = await openPoolWithOwnKey(config, log);
  const db = createDb<Schema>(database.pool);
  await refuseEmptyDatabase(db, config);
  await migrateToLatest(db, migrations);
  const access = createAccess({ db, clock, kinds: pureKinds(STORAGE_KINDS) });
  const { workspaceId, ...link } = await access.createFirstSignInLink(baseUrl);
  const act = { action: 'sign_in_link.created', subjectId: link.id, detail: {} } as const;
  await createAudit({ db, clock }).record(workspaceId, { ...OPERATOR, ...act });
  return link;
}

/** Brings the database up to date; returns the names of the migrations that ran. */
export async function migrate(config: Config, log: Logger): Promise<string[]> {
  await using database = await openPoolWithOwnKey(config, log);
  return await migrateToLatest(createDb<Schema>(database.pool), migrations);
}

/** Writes the whole installation to a file or stream. Throws as `exportInstallation` does. */
export async function exportTo(config: Config, log: Logger, to: string | Writable): Promise<Transferred> {
  await using database = await openPoolWithOwnKey(config, log);
  const transferred = await exportInstallation({
    ...{ pool: database.pool, to },
    key: database.keys?.[0] ?? null,
  });
  await recordTransfer(createDb<Schema>(database.pool), 'installation.exported');
  return transferred;
}

/** Fills an empty database from an export. Throws as `importInstallation` does. */
export async function importFrom(
  config: Config,
  log: Logger,
  from: string | Readable,
  { mayLackSignature = false }: { mayLackSignature?: boolean } = {},
): Promise<Transferred> {
  await using own = openOwnKeyStore(config);
  const found = await findExistingKeys(config, own.store);
  await using database = await openPool(config, log);
  const transferred = await importInstallation({
    ...{ pool: database.pool, migrations, from, keepSignature, mayLackSignature },
    keys: found?.keys ?? null,
  });
  await recordTransfer(createDb<Schema>(database.pool), 'installation.imported');
  return transferred;
}

/**
 * Changes the secret key, while servers and workers run. Throws as `rotateKeys` does, and as starting a server does.
 * @param options.waitSeconds how long processes have time to read their keys again
 * @param options.note says for the operator what happens
 */
export async function rotateSecretKey(
  config: Config,
  log: Logger,
  options: { waitSeconds: number; note: (message: string) => void; signal: AbortSignal },
): Promise<KeyRotation> {
  await refuseMissingDatabase(config);
  await using cleanup = new AsyncDisposableStack();
  const database = cleanup.use(await openPool(config, log));
  const db = createDb<Schema>(database.pool);
  await refuseEmptyDatabase(db, config);
  const { store } = cleanup.use(openOwnKeyStore(config));
  const { found, ring } = await openKeys(db, config, store);
  await migrateToLatest(db, migrations);
  await proveKeys({ db, found, ring, clock });
  return await rotateKeys({ db, found, ring, ...options });
}

/** A database that an older version has made, and that is not brought up to date yet, has no audit. */
async function recordTransfer(
  db: Db,
  action: 'installation.exported' | 'installation.imported',
): Promise<void> {
  const { rows } = await sql<{
    known: boolean;
  }>`select to_regclass('audit_chains') is not null as known`.execute(db);
  if (!rows[0]!.known) return;
  await createAudit({ db, clock }).recordEverywhere({ ...OPERATOR, action, subjectId: null, detail: {} });
}

/** What servers and workers have in common. Disposing of it closes everything, the database last. */
async function openInstallation(config: Config, log: Logger, limits: { queryTimeoutSeconds?: number } = {}) {
  await using cleanup = new AsyncDisposableStack();
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
      kinds,
      operations,
      catalogue,
      connections,
      prober,
    },
    [Symbol.asyncDispose]: () => resources.disposeAsync(),
  };
}

/** The keys of this process. Throws as `refuseOtherKeys`, before the tables of another installation are changed. */
async function openKeys(db: Db, config: Config, store: KeyStore | null) {
  const found = await findKeys(config, store);
  await refuseOtherKeys(db, found);
  return { found, ring: createKeyRing(found) };
}

/** The service that keeps the secret keys, if one is set. Its address is the operator's own, so it may be a private one. */
function openOwnKeyStore(config: Config) {
  const guard = createGuard({ allowPrivate: true, httpsProxy: config.httpsProxy, ownDomains: OWN_DOMAINS });
  return {
    store: openKeyStore(STORAGE_KINDS, { config: { ...config }, guard }),
    [Symbol.asyncDispose]: () => guard.close(),
  };
}

/** For commands that need no key: where there is one, it has to be the one of this database. */
async function openPoolWithOwnKey(config: Config, log: Logger) {
  await using cleanup = new AsyncDisposableStack();
  const database = cleanup.use(await openPool(config, log));
  await using own = openOwnKeyStore(config);
  const found = await findExistingKeys(config, own.store);
  if (found) await refuseOtherKeys(createDb<Schema>(database.pool), found);
  cleanup.move();
  return { ...database, keys: found?.keys ?? null };
}

async function openPool({ databaseUrl, dataDir }: Config, log: Logger) {
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

/** The directory of the web app: the one that is set, else the repository's; null where that is not built. */
function findWebApp(webDir: string | null): string | null {
  const directory = webDir ?? WEB_APP;
  if (existsSync(join(directory, 'index.html'))) return directory;
  if (webDir === null) return null;
  throw new MooringError('unavailable', `There is no web app in ${webDir}: it has no index.html.`, {
    fix: 'Build the web app, or leave MOORING_WEB_DIR out to serve the API alone.',
  });
}

/** An address for people on this machine; one that stands for all of them cannot be opened everywhere. */
function localUrl(host: string, port: number): string {
  const name = host === '0.0.0.0' || host === '::' ? 'localhost' : host.includes(':') ? `[${host}]` : host;
  return `http://${name}:${port}`;
}

function cannotListen({ host, port }: Config, cause: NodeJS.ErrnoException): MooringError {
  const seen = cause.code === 'EADDRINUSE' ? 'something else listens there' : cause.message;
  return new MooringError('unavailable', `Mooring cannot listen on ${host}, port ${port}: ${seen}.`, {
    fix: 'Choose another port with MOORING_PORT (0 lets the system choose), or another address with MOORING_HOST.',
    cause,
  });
}

async function productVersion(): Promise<string> {
  const text = await readFile(new URL('../package.json', import.meta.url), 'utf8');
  return (JSON.parse(text) as { version: string }).version;
}
